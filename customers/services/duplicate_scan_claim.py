"""One worker at a scan, and another one after it when it dies (crm/claims.py)."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from crm.claims import Claims
from customers.models import DuplicateScan, ScanState
from customers.models.duplicate_scan import OPEN_SCANS

scans = Claims(
    model=DuplicateScan,
    open_states=OPEN_SCANS,
    failed=ScanState.FAILED,
    lease=timedelta(minutes=30),
    place="step",
)


def take(scan_id: UUID) -> DuplicateScan | None:
    """The scan with a claim of this worker; None when there is nothing to do for it."""
    scan = scans.take(scan_id, state=ScanState.RUNNING)
    if scan is not None and scan.started_at is None:
        scan.started_at = timezone.now()
        scan.save(update_fields=["started_at"])
    return scan


def is_to_stop(scan: DuplicateScan) -> bool:
    """Whether somebody asked the scan to stop."""
    return DuplicateScan.objects.filter(pk=scan.pk, cancel_requested=True).exists()
