"""One worker at an import, and another one after it when it dies (crm/claims.py)."""

from datetime import timedelta

from crm.actors import Actor, Door, system_actor
from crm.claims import Claims
from crm.models import Company
from scoring.models import OPEN_STATES, ImportState, OrderImport

imports = Claims(
    model=OrderImport,
    open_states=OPEN_STATES,
    failed=ImportState.FAILED,
    lease=timedelta(minutes=1),
    place="place",
)


def acting_for(order_import: OrderImport, company: Company, *, asked_by: str) -> Actor:
    """The system at work for the person who asked; the name tells the imports apart."""
    name = f"{asked_by[:150]} (order import {order_import.pk.hex[-12:]})"
    return system_actor(company, door=Door.IMPORT, name=name)
