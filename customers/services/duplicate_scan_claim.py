"""One worker at a scan, and another one after it when it dies.

A worker takes a scan by writing its claim, in one conditional update. Each step is a transaction
that ends with the claim checked, so a worker that lost it undoes what it did last.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F, Q
from django.utils import timezone

from customers.models import DuplicateScan, ScanState
from customers.models.duplicate_scan import OPEN_SCANS

LEASE = timedelta(minutes=30)  # above the longest step, so that a living worker is not overtaken
MOST_ATTEMPTS = 5  # takings of one step: then the step itself is at fault


class ClaimLost(Exception):
    """Another worker has the scan, or somebody ended it."""


def take(scan_id: UUID) -> DuplicateScan | None:
    """The scan with a claim of this worker; None when there is nothing to do for it."""
    now = timezone.now()
    free = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - LEASE)
    rows = DuplicateScan.objects.filter(free, pk=scan_id, state__in=OPEN_SCANS)
    if rows.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=ScanState.FAILED,
        error="The work stopped five times at the same step. Ask for help before going on.",
        finished_at=now,
    ):
        return None
    claim = uuid4()
    if not rows.update(
        claim=claim, heartbeat_at=now, attempts=F("attempts") + 1, state=ScanState.RUNNING
    ):
        return None
    DuplicateScan.objects.filter(pk=scan_id, started_at=None).update(started_at=now)
    return DuplicateScan.objects.get(pk=scan_id, claim=claim)


def waiting_scans() -> list[UUID]:
    """The scans of the company in use that no worker is at."""
    free = Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=timezone.now() - LEASE)
    rows = DuplicateScan.objects.filter(free, state__in=OPEN_SCANS)
    return list(rows.values_list("pk", flat=True)[:1])


def is_to_stop(scan: DuplicateScan) -> bool:
    """Whether somebody asked the scan to stop."""
    return DuplicateScan.objects.filter(pk=scan.pk, cancel_requested=True).exists()


def save_progress(scan: DuplicateScan, **values: Any) -> None:
    """Write what a step did, in its transaction. Raises ClaimLost."""
    written = DuplicateScan.objects.filter(
        pk=scan.pk, claim=scan.claim, state=ScanState.RUNNING
    ).update(**{"heartbeat_at": timezone.now(), "attempts": 0, **values})
    if not written:
        raise ClaimLost
    for name, value in values.items():
        setattr(scan, name, value)
