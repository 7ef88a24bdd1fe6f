"""Files of people for tests: kept, rehearsed and imported as a worker does it."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from crm.models.file_import import ImportState
from crm.roles import Role
from customers.models import ContactImport
from customers.services.contact_import_run import run_import
from customers.services.contact_imports import ContactOptions, keep_file, start_import
from tests.worlds import World


def people_file(*rows: Iterable[str], header: str = "Name,Phone,Email") -> bytes:
    """A CSV of people."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue().encode()


def kept(
    world: World, content: bytes, *, kind: str = "customers", name: str = "people.csv"
) -> ContactImport:
    """A file that somebody uploaded."""
    return keep_file(actor=world.actor(Role.ADMIN), kind=kind, file_name=name, content=content)


def started(
    world: World, content: bytes, *, kind: str = "customers", dry_run: bool = False, **options: Any
) -> ContactImport:
    """A file that waits for a worker."""
    one = kept(world, content, kind=kind)
    if kind == "leads":
        options.setdefault("of_kind", {"branch": str(world.north.pk), "source": ""})
    return start_import(
        actor=world.actor(Role.ADMIN),
        import_id=one.pk,
        options=ContactOptions(**options),
        dry_run=dry_run,
    )


def imported(world: World, content: bytes, **options: Any) -> ContactImport:
    """A file that a worker went through."""
    one = started(world, content, **options)
    run_import(company_id=world.company.pk, import_id=one.pk)
    one.refresh_from_db()
    assert one.state == ImportState.DONE, one.error
    return one


def sums(one: ContactImport) -> dict[str, int]:
    """What became of the rows, without what did not come up."""
    names = ("new", "updated", "unchanged", "duplicate", "doubtful", "bad")
    return {name: count for name in names if (count := getattr(one, f"{name}_rows"))}
