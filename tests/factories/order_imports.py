"""Imports of orders for tests, made by the services that people use."""

from typing import Any

from crm.actors import Actor
from crm.roles import Role
from crm.tenancy import use_company
from scoring.models import OrderImport
from scoring.services.import_options import ImportOptions
from scoring.services.import_run import run_import
from scoring.services.order_imports import keep_file, start_import
from tests.worlds import World

HEADER = "order_id,ordered_at,changed_at,status,currency,gross,refunded,email,first_name,last_name"


def orders_file(*rows: str) -> bytes:
    """A generic orders CSV with these rows under HEADER; cells at the end may be left out."""
    width = HEADER.count(",")
    return "\n".join([HEADER, *(row + "," * (width - row.count(",")) for row in rows)]).encode()


def kept(actor: Actor, content: bytes, name: str = "orders.csv") -> OrderImport:
    """A file that is kept and not started."""
    return keep_file(actor=actor, file_name=name, content=content)


def started(world: World, content: bytes, *, again: bool = False, **options: Any) -> OrderImport:
    """A file that waits for a worker."""
    actor = world.actor(Role.MANAGER)
    with use_company(world.company.pk):
        chosen = ImportOptions(**{"platform": "shop", **options})
        order_import = kept(actor, content)
        return start_import(actor=actor, import_id=order_import.pk, options=chosen, again=again)


def imported(world: World, content: bytes, *, again: bool = False, **options: Any) -> OrderImport:
    """A file that was brought in to its end."""
    order_import = started(world, content, again=again, **options)
    done = run_import(company_id=world.company.pk, import_id=order_import.pk)
    assert done is not None
    return done
