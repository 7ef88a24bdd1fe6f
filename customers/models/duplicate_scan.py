"""Scans for duplicates: what runs, what was learnt, and who is to be compared again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.merging import Derived, NoReference, Policy
from crm.models.tenant import TenantModel, TenantRecord


class ScanState(models.TextChoices):
    """Where a scan stands."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    CANCELLED = "cancelled", "Stopped"
    FAILED = "failed", "Failed"
    DONE = "done", "Done"


class ScanStep(models.TextChoices):
    """What a scan does next; each step is one transaction."""

    RECORDS = "records", "Reading customers"
    PAIRS = "pairs", "Comparing"
    FINISHED = "finished", "Finished"


# States in which a worker has something to do.
OPEN_SCANS = (ScanState.WAITING, ScanState.RUNNING)


class DuplicateScan(TenantRecord):
    """One run over a company's customers: all of them, or those that changed since the last one.

    A worker that takes the scan writes its own `claim`; a scan whose worker died is taken up at the
    step where it stood. `attempts` counts the takings of one step.
    """

    is_full = models.BooleanField(default=False, help_text="All customers, and learn anew.")
    state = models.CharField(max_length=9, choices=ScanState.choices, default=ScanState.WAITING)
    step = models.CharField(max_length=8, choices=ScanStep.choices, default=ScanStep.RECORDS)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_requested = models.BooleanField(default=False)
    records = models.PositiveIntegerField(default=0, help_text="Customers looked at.")
    pairs = models.PositiveBigIntegerField(default=0, help_text="Pairs compared.")
    found = models.PositiveIntegerField(default=0, help_text="Pairs found alike.")
    gone = models.PositiveIntegerField(default=0, help_text="Candidates no longer alike.")
    asked_by = models.CharField(max_length=200)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            CompanyKey(name="duplicatescan_company_key"),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(state__in=("waiting", "running")),
                name="duplicatescan_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-created_at", "-id"], name="duplicatescan_newest_idx"),
        ]

    def __str__(self) -> str:
        return f"Scan of {self.created_at:%Y-%m-%d %H:%M}"


class MatchModel(TenantRecord):
    """What a full scan learnt of the company's pairs; the newest one judges."""

    on_merge: ClassVar[dict[str, Policy]] = {"parameters": NoReference(why="Numbers.")}

    version = models.PositiveIntegerField()
    parameters = models.JSONField(help_text="customers.duplicates.model.Model as JSON.")
    scan = models.ForeignKey(
        DuplicateScan,
        on_delete=models.PROTECT,
        null=True,
        related_name="models",
        db_constraint=False,
    )

    class Meta:
        constraints = [
            SameCompany(field="scan", to="customers.DuplicateScan", name="matchmodel_scan_fk"),
            models.UniqueConstraint(fields=["company", "version"], name="matchmodel_version_once"),
        ]

    def __str__(self) -> str:
        return f"Model {self.version}"


class CompareAgain(TenantModel):
    """A customer that changed since they were last compared; compared in batches."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Derived(why="Both records are marked when a merge changes them.")
    }

    id = models.BigAutoField(primary_key=True)
    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="compareagain_customer_fk"),
        ]
        indexes = [models.Index(fields=["company", "id"], name="compareagain_oldest_idx")]

    def __str__(self) -> str:
        return str(self.customer_id)
