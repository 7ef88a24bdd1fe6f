"""The export of everything that a company owns, as work for a worker."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey
from crm.merging import NoReference, Policy
from crm.models.tenant import TenantRecord


class ExportState(models.TextChoices):
    """Where an export stands."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    CANCELLED = "cancelled", "Stopped"
    FAILED = "failed", "Failed"
    DONE = "done", "Ready"
    EXPIRED = "expired", "File removed"


OPEN_EXPORTS = (ExportState.WAITING, ExportState.RUNNING)


class ExportJob(TenantRecord):
    """One zip of all rows of the company: how far it is, and where the file lies.

    `stored_as` is its name in Django's default storage, empty before it is there and after it was
    removed. A worker that takes the job writes its own `claim` (crm/claims.py).
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "rows_of": NoReference(why="How many rows each file of the zip has."),
    }

    state = models.CharField(
        max_length=10, choices=ExportState.choices, default=ExportState.WAITING
    )
    claim = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    rows_total = models.PositiveBigIntegerField(null=True, blank=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_of = models.JSONField(default=dict, blank=True)
    stored_as = models.CharField(max_length=200, blank=True, editable=False)
    file_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    started_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CompanyKey(name="exportjob_company_key"),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(state__in=("waiting", "running")),
                name="exportjob_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="done") | Q(stored_as=""), name="exportjob_file_when_done"
            ),
            models.CheckConstraint(
                condition=Q(stored_as="") | Q(expires_at__isnull=False),
                name="exportjob_file_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-created_at", "-id"], name="exportjob_newest_idx"),
            models.Index(
                fields=["expires_at"], condition=~Q(stored_as=""), name="exportjob_expiry_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"Export of {self.created_at:%Y-%m-%d}"
