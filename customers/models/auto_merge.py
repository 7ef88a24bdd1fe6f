"""Whether a company lets the machine merge sure pairs, and what it did when it was let."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crm.constraints import CompanyKey, SameCompany
from crm.merging import Policy, Stays
from crm.models.tenant import TenantModel, TenantRecord

AS_IT_WAS = "A run tells what it did with the records as they were."


class AutoMergeRule(TenantModel):
    """One row a company. Off until enough pairs were reviewed; off again when precision falls."""

    company = models.OneToOneField(
        "crm.Company", on_delete=models.PROTECT, primary_key=True, related_name="+", editable=False
    )
    is_on = models.BooleanField(default=False)
    on_since = models.DateTimeField(null=True, blank=True)
    from_bits = models.FloatField(default=10.0, help_text="Pairs below are left to people.")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.CharField(max_length=200, blank=True)
    off_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_bits__gte=10), name="automerge_ten_bits_at_least"
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(on_since__isnull=False), name="automerge_on_since"
            ),
        ]

    def __str__(self) -> str:
        return "on" if self.is_on else "off"


class AutoMergeState(models.TextChoices):
    """Where a run stands."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    CANCELLED = "cancelled", "Stopped"
    FAILED = "failed", "Failed"
    DONE = "done", "Done"


OPEN_RUNS = (AutoMergeState.WAITING, AutoMergeState.RUNNING)


class AutoMergeRun(TenantRecord):
    """One pass over the open candidates from the threshold up, the surest first.

    A dry run lists what would be merged and changes nothing. `cursor_bits` and `cursor_id` are the
    checkpoint: the last candidate looked at. A worker that takes the run writes its own `claim`;
    only its holder may go on. `attempts` counts the takings since the last progress.
    """

    is_dry = models.BooleanField(default=True)
    from_bits = models.FloatField()
    state = models.CharField(
        max_length=10, choices=AutoMergeState.choices, default=AutoMergeState.WAITING
    )
    claim = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    cursor_bits = models.FloatField(null=True, blank=True, editable=False)
    cursor_id = models.UUIDField(null=True, blank=True, editable=False)
    total = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0, help_text="Of a dry run: would be merged.")
    skipped = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    started_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CompanyKey(name="automergerun_company_key"),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(state__in=("waiting", "running")),
                name="automergerun_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-created_at", "-id"], name="automergerun_newest_idx"),
        ]

    def __str__(self) -> str:
        return f"{'Dry run' if self.is_dry else 'Run'} of {self.created_at:%Y-%m-%d}"


class AutoMergeOutcome(models.TextChoices):
    """What a run did with a pair."""

    MERGED = "merged", "Merged"
    WOULD_MERGE = "would_merge", "Would be merged"
    SKIPPED = "skipped", "Left to people"


class AutoMergeItem(TenantModel):
    """One pair that a run looked at, and why it was left to people."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "left": Stays(why=AS_IT_WAS),
        "right": Stays(why=AS_IT_WAS),
    }

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(
        AutoMergeRun,
        on_delete=models.PROTECT,
        related_name="items",
        db_constraint=False,
        db_index=False,
    )
    left = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    right = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    merge = models.ForeignKey(
        "customers.Merge",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    bits = models.FloatField()
    outcome = models.CharField(max_length=11, choices=AutoMergeOutcome.choices)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            SameCompany(field="run", to="customers.AutoMergeRun", name="automergeitem_run_fk"),
            SameCompany(field="left", to="customers.Customer", name="automergeitem_left_fk"),
            SameCompany(field="right", to="customers.Customer", name="automergeitem_right_fk"),
            SameCompany(field="merge", to="customers.Merge", name="automergeitem_merge_fk"),
            models.UniqueConstraint(fields=["run", "left", "right"], name="automergeitem_once"),
        ]
        indexes = [
            models.Index(fields=["run", "outcome", "id"], name="automergeitem_run_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason}" if self.reason else self.outcome
