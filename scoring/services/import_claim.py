"""One worker at an import, and another one after it when it dies.

A worker takes an import by writing its claim, in one conditional update; each batch renews the
heartbeat, again only while the claim is its own. A worker that slept too long finds that it lost
the claim, and what it did last is rolled back.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F, Q
from django.utils import timezone

from crm.actors import Actor, Door, system_actor
from crm.models import Company
from scoring.models import OPEN_STATES, ImportState, OrderImport

LEASE = timedelta(minutes=1)
MOST_AT_ONCE = 20
MOST_ATTEMPTS = 5  # takings without any progress: then the import itself is at fault


class ClaimLost(Exception):
    """Another worker has the import, or somebody ended it."""


def take(import_id: UUID, states: tuple[str, ...]) -> OrderImport | None:
    """The import with a claim of this worker; None when there is nothing to do for it."""
    now = timezone.now()
    free = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - LEASE)
    rows = OrderImport.objects.filter(free, pk=import_id, state__in=states)
    if rows.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=ImportState.FAILED,
        error="The work stopped five times at the same place. Ask for help before going on.",
        finished_at=now,
    ):
        return None
    claim = uuid4()
    taken = rows.update(claim=claim, heartbeat_at=now, attempts=F("attempts") + 1)
    if not taken:
        return None
    return OrderImport.objects.get(pk=import_id, claim=claim)


def waiting_imports() -> list[UUID]:
    """The imports of the company in use that no worker is at, oldest first."""
    free = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=timezone.now() - LEASE)
    rows = OrderImport.objects.filter(free, state__in=OPEN_STATES).order_by("created_at")
    return list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])


def save_progress(order_import: OrderImport, **values: Any) -> None:
    """Write what a batch did, with a heartbeat, in its transaction. Raises ClaimLost."""
    written = OrderImport.objects.filter(
        pk=order_import.pk, claim=order_import.claim, state=order_import.state
    ).update(**{"heartbeat_at": timezone.now(), "attempts": 0, **values})
    if not written:
        raise ClaimLost
    for name, value in values.items():
        setattr(order_import, name, value)


def acting_for(order_import: OrderImport, company: Company, *, asked_by: str) -> Actor:
    """The system at work for the person who asked; the name tells the imports apart."""
    name = f"{asked_by[:150]} (order import {order_import.pk.hex[-12:]})"
    return system_actor(company, door=Door.IMPORT, name=name)
