"""Scans for duplicates: asked for, cancelled; and who is to be compared again.

The work itself is in `duplicate_scan_run` (a scan) and `duplicate_increment` (what changed).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, NotFound
from crm.models import Company
from crm.roles import Action
from customers.models import DuplicateScan, ScanState
from customers.models.duplicate_scan import OPEN_SCANS

ASKED = "duplicatescan.waiting"
FULL_EVERY = timedelta(days=6, hours=12)
# Whatever can change how alike two records are.
TOPICS = (
    "customer.created", "customer.updated", "customer.phone_added", "customer.backfilled",
    "customer.deleted", "customer.restored", "customer.merged", "customer.unmerged",
)  # fmt: skip
_MARK = """
INSERT INTO customers_compareagain (company_id, customer_id, marked_at)
SELECT company_id, id, now() FROM customers_customer
 WHERE company_id = %s AND id = ANY (%s)
 ORDER BY id
    ON CONFLICT (customer_id) DO NOTHING
"""


@transaction.atomic
def ask_scan(*, actor: Actor, full: bool = False) -> DuplicateScan:
    """Let a worker look for duplicates: among all customers, or only for those that changed.

    Where one waits or runs already, that one is returned; a waiting one becomes full if need be.
    """
    actor.require(Action.REVIEW_DUPLICATES)
    scan = DuplicateScan.objects.select_for_update(no_key=True).filter(state__in=OPEN_SCANS).first()
    if scan is not None:
        if full and not scan.is_full and scan.state == ScanState.WAITING:
            scan.is_full = True
            scan.save(update_fields=["is_full", "updated_at"])
        return scan
    scan = DuplicateScan(company=actor.company, is_full=full, asked_by=actor.name[:200])
    created = DuplicateScan.objects.bulk_create([scan], ignore_conflicts=True)
    kept = DuplicateScan.objects.filter(state__in=OPEN_SCANS).first()
    if kept is None or kept.pk != created[0].pk:
        # Somebody else's came first; it does the same.
        return kept or scan
    audit.record(actor=actor, action="duplicatescan.asked", subject=scan, new={"is_full": full})
    outbox.publish(actor=actor, topic=ASKED, payload={"scan_id": scan.pk})
    return scan


@transaction.atomic
def ask_night_scan(*, actor: Actor) -> bool:
    """Ask for a full scan where the last one is a week old; what changed is compared anyway.

    Returns whether one was asked for.
    """
    newest = DuplicateScan.objects.filter(is_full=True, state=ScanState.DONE).order_by(
        "-created_at"
    )
    last = newest.values_list("finished_at", flat=True).first()
    if last is not None and last > timezone.now() - FULL_EVERY:
        return False
    ask_scan(actor=actor, full=True)
    return True


@transaction.atomic
def cancel_scan(*, actor: Actor, scan_id: UUID) -> DuplicateScan:
    """Stop a scan; the candidates stay as they were. Raises Conflict `not_running`, NotFound."""
    actor.require(Action.REVIEW_DUPLICATES)
    scan = DuplicateScan.objects.select_for_update(no_key=True).filter(pk=scan_id).first()
    if scan is None:
        raise NotFound
    if scan.state not in OPEN_SCANS:
        raise Conflict("This scan is not running.", code="not_running")
    scan.cancel_requested = True
    if scan.state == ScanState.WAITING:
        scan.state = ScanState.CANCELLED
        scan.finished_at = timezone.now()
    scan.save(update_fields=["state", "cancel_requested", "finished_at", "updated_at"])
    audit.record(actor=actor, action="duplicatescan.cancelled", subject=scan)
    return scan


def compare_again(*, company: Company, customer_ids: Iterable[UUID]) -> None:
    """These customers changed: they are compared with all others within a minute."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [company.pk, sorted(set(customer_ids))])


def on_customers_changed(actor: Actor, payload: Mapping[str, Any]) -> None:
    """Outbox handler: mark the customers that an event names, one or many."""
    named = [payload.get("customer_id"), payload.get("survivor"), *payload.get("merged", ())]
    named += payload.get("customer_ids", ())
    ids = {UUID(str(pk)) for pk in named if pk}
    if ids:
        compare_again(company=actor.company, customer_ids=ids)
