"""Merges and their journal: everything that undoing one needs."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import CompanyKey, SameCompany
from crm.merging import NoReference, Policy, Stays
from crm.models.tenant import TenantModel, TenantRecord

JOURNAL = "The journal names records as they were; undoing reads it."


class MergeState(models.TextChoices):
    """Whether the merge stands."""

    DONE = "done", "Merged"
    UNDONE = "undone", "Undone"


class MergeOrigin(models.TextChoices):
    """Who decided."""

    PERSON = "person", "A person"
    MACHINE = "machine", "Merged automatically"
    SYSTEM = "system", "Another system"


class Merge(TenantRecord):
    """One decision that several records are one person; the survivor lives on under its id."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "survivor": Stays(why=JOURNAL),
        "choices": NoReference(why=JOURNAL),
        "undo_report": NoReference(why=JOURNAL),
    }

    survivor = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="merges", db_constraint=False
    )
    state = models.CharField(max_length=6, choices=MergeState.choices, default=MergeState.DONE)
    origin = models.CharField(max_length=7, choices=MergeOrigin.choices, default=MergeOrigin.PERSON)
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.CharField(max_length=200, help_text="The name of who merged.")
    reason = models.CharField(max_length=500, blank=True)
    choices = models.JSONField(default=dict, help_text="Which record's value each field took.")
    rows_moved = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=200, blank=True)
    undo_reason = models.CharField(max_length=500, blank=True)
    undo_report = models.JSONField(default=dict, help_text="What had changed, and where it went.")

    class Meta:
        constraints = [
            CompanyKey(name="merge_company_key"),
            SameCompany(field="survivor", to="customers.Customer", name="merge_survivor_fk"),
            models.CheckConstraint(
                condition=Q(state=MergeState.UNDONE, undone_at__isnull=False)
                | Q(state=MergeState.DONE, undone_at__isnull=True),
                name="merge_undone_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-merged_at", "-id"], name="merge_newest_idx"),
            models.Index(
                fields=["company", "merged_at"], include=["origin"], name="merge_by_day_idx"
            ),
            models.Index(
                fields=["company", "undone_at"],
                include=["origin"],
                condition=Q(undone_at__isnull=False),
                name="merge_undone_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"Merge of {self.merged_at:%Y-%m-%d} ({self.get_state_display()})"


class MergedRecord(TenantModel):
    """A record that a merge took in. A record is part of at most one merge that stands."""

    on_merge: ClassVar[dict[str, Policy]] = {"customer": Stays(why=JOURNAL)}

    id = models.BigAutoField(primary_key=True)
    merge = models.ForeignKey(
        Merge,
        on_delete=models.PROTECT,
        related_name="records",
        db_constraint=False,
        db_index=False,
    )
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="merged_by",
        db_constraint=False,
        db_index=False,
    )
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = [
            SameCompany(field="merge", to="customers.Merge", name="mergedrecord_merge_fk"),
            SameCompany(field="customer", to="customers.Customer", name="mergedrecord_customer_fk"),
            models.UniqueConstraint(fields=["merge", "customer"], name="mergedrecord_once"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(stands=True), name="mergedrecord_one_stands"
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer_id)


class MoveKind(models.TextChoices):
    """What the merge did to a row."""

    MOVED = "moved", "Moved"
    CHANGED = "changed", "Changed"
    REMOVED = "removed", "Put aside"
    CREATED = "created", "Added"
    ARRIVED = "arrived", "Arrived later"
    BACK = "back", "Went back"


class MergeMove(TenantModel):
    """One line of the journal: what a merge did to one row, old and new.

    `relation` is `<app>.<Model>.<field>` (`leads.Lead.customer`), or `customers.Customer` for the
    survivor's own fields. `before` and `after` hold the columns that changed, by column name; of a
    row put aside `before` is the whole row, of an added one `after`. A row that arrives for a
    merged record is moved by the trigger redirect_to_survivor, which writes ARRIVED.

    Undoing the merge adds a line BACK for each row that it put back, so that the undoing of other
    merges of the same row knows: `takes_back` is the id of the merge's first line of that row.
    Where a value could not be put back, because something newer stands there, `before` and `after`
    say which value is no longer right, and what it should have been.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "before": NoReference(why=JOURNAL),
        "after": NoReference(why=JOURNAL),
    }

    id = models.BigAutoField(primary_key=True)
    merge = models.ForeignKey(
        Merge, on_delete=models.PROTECT, related_name="moves", db_constraint=False, db_index=False
    )
    relation = models.CharField(max_length=100)
    row_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=7, choices=MoveKind.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    takes_back = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            SameCompany(field="merge", to="customers.Merge", name="mergemove_merge_fk"),
        ]
        indexes = [
            models.Index(fields=["merge", "relation", "id"], name="mergemove_merge_idx"),
            models.Index(fields=["relation", "row_id", "-id"], name="mergemove_row_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.kind}"
