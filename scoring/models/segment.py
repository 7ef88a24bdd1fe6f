"""Groups of customers, by rule and by hand, in one mechanism."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from crm.constraints import CompanyKey, SameCompany
from crm.merging import LockStep, Moves, NoReference, Policy
from crm.models.tenant import TenantModel, TenantRecord


class Segment(TenantRecord):
    """A named group. `rules` says who belongs by themselves; people may be added or kept out."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "rules": NoReference(why="Fields, operators and values; people are added by rows."),
    }

    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    colour = models.CharField(
        max_length=7,
        default="#64748b",
        validators=[RegexValidator(r"^#(?:[0-9a-fA-F]{3}){1,2}$", "Such as #3b82f6.")],
    )
    rules = models.JSONField(
        null=True, blank=True, help_text="Who belongs by rule; empty: only people added by hand."
    )
    is_system = models.BooleanField(default=False, editable=False)
    is_active = models.BooleanField(default=True)
    members = models.PositiveIntegerField(default=0, editable=False)
    evaluated_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            CompanyKey(name="segment_company_key"),
            models.UniqueConstraint(fields=["company", "slug"], name="segment_slug"),
            models.UniqueConstraint("company", Lower("name"), name="segment_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.TextChoices):
    """Why somebody is in a segment, or not."""

    RULE = "rule", "By rule"
    ADDED = "added", "Added by hand"
    KEPT_OUT = "kept_out", "Kept out by hand"


class SegmentMember(TenantModel):
    """A customer in a segment. A hand's decision stays until it is taken back; rules never
    override it. Rows KEPT_OUT are no members."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(
            one="segment",
            many="segments",
            step=LockStep.SEGMENTS,
            once_a_customer=("segment",),
            settled_by="memberships",
        ),
    }

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(
        "scoring.Segment",
        on_delete=models.PROTECT,
        related_name="memberships",
        db_constraint=False,
        db_index=False,
    )
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="segment_memberships",
        db_constraint=False,
        db_index=False,
    )
    how = models.CharField(max_length=8, choices=Membership.choices)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            SameCompany(field="segment", to="scoring.Segment", name="member_segment_fk"),
            SameCompany(field="customer", to="customers.Customer", name="member_customer_fk"),
            models.UniqueConstraint(fields=["segment", "customer"], name="member_once"),
        ]
        indexes = [
            models.Index(fields=["customer"], name="member_customer_idx"),
            models.Index(fields=["segment", "-since", "-id"], name="member_newest_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.segment_id}"


class MembershipChange(TenantModel):
    """Who joined or left a segment, when and why; rows are only ever inserted."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(
            one="change of segments", many="changes of segments", step=LockStep.SEGMENTS
        ),
    }

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(
        "scoring.Segment",
        on_delete=models.PROTECT,
        related_name="changes",
        db_constraint=False,
        db_index=False,
    )
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="segment_changes",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField()
    joined = models.BooleanField()
    how = models.CharField(max_length=8, choices=Membership.choices)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            SameCompany(field="segment", to="scoring.Segment", name="memberchange_segment_fk"),
            SameCompany(field="customer", to="customers.Customer", name="memberchange_customer_fk"),
        ]
        indexes = [
            models.Index(fields=["segment", "-at", "-id"], name="memberchange_segment_idx"),
            models.Index(fields=["customer", "-at", "-id"], name="memberchange_customer_idx"),
        ]

    def __str__(self) -> str:
        return f"{'joined' if self.joined else 'left'} {self.segment_id}"
