"""A small company with a row of every sort, and its export opened again."""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from crm.models import ExportJob
from crm.roles import Role
from crm.services.export_run import run_export
from crm.services.exports import open_export, start_export
from customers.models import Customer
from customers.services.merge import merge_customers
from customers.services.notes import add_note
from customers.services.tags import set_tags
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.factories.placed_orders import place_order
from tests.worlds import World


def furnish(world: World) -> tuple[Customer, Customer, Customer]:
    """Ana with everything, a record of hers that was merged into it, and somebody else."""
    admin = world.actor(Role.ADMIN)
    ana = make_customer(admin, name="Ana Lim")
    older = make_customer(admin, name="A. Lim")
    other = make_customer(admin, name="=HYPERLINK(1)")
    add_note(actor=admin, customer_id=older.pk, text="Likes the window table, “12”")
    add_note(actor=admin, customer_id=other.pk, text="Nobody’s business")
    set_tags(actor=admin, customer_id=ana.pk, names=["VIP"])
    make_lead(admin, branch=world.north, customer=ana)
    place_order(ana, net="12.50")
    merge_customers(actor=admin, survivor_id=ana.pk, others=[older.pk], reason="same")
    return ana, older, other


def exported(world: World) -> tuple[ExportJob, zipfile.ZipFile]:
    """The export of everything, made as a worker makes it."""
    admin = world.actor(Role.ADMIN)
    job = start_export(actor=admin)
    run_export(company_id=world.company.pk, export_id=job.pk)
    job, file = open_export(actor=admin, export_id=job.pk)
    with file:
        return job, opened([file.read()])


def opened(parts: Iterable[bytes]) -> zipfile.ZipFile:
    """The zip, found whole."""
    archive = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    assert archive.testzip() is None
    return archive


def rows_of(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    """The rows of an NDJSON file."""
    return [json.loads(line) for line in archive.read(f"{name}.ndjson").decode().splitlines()]
