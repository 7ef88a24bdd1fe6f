"""The lead: one enquiry of one person at one branch."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import CompanyKey, SameCompany
from crm.merging import LockStep, Moves, NoReference, Policy
from crm.models.tenant import TenantRecord


class LeadStatus(models.TextChoices):
    """What became of the enquiry so far (source systems S3.2, the sound version)."""

    NEW = "new", "New"
    WORKING = "working", "Working"
    PENDING = "pending", "Pending"
    QUALIFIED = "qualified", "Qualified"
    DISQUALIFIED = "disqualified", "Disqualified"
    WON = "won", "Won"
    LOST = "lost", "Lost"


OPEN_STATUSES = (
    LeadStatus.NEW,
    LeadStatus.WORKING,
    LeadStatus.PENDING,
    LeadStatus.QUALIFIED,
)
CLOSED_STATUSES = (LeadStatus.DISQUALIFIED, LeadStatus.WON, LeadStatus.LOST)


class LeadQuerySet(models.QuerySet["Lead"]):
    """Leads by intent."""

    def open(self) -> "LeadQuerySet":
        """Still being worked on."""
        return self.filter(status__in=OPEN_STATUSES)

    def without_customer(self) -> "LeadQuerySet":
        """Legacy leads that nobody has linked yet."""
        return self.filter(customer__isnull=True)


class Lead(TenantRecord):
    """An enquiry, with the contact data as it came.

    At most one lead of a customer is open at a branch; the partial unique key holds it.
    `customer` is empty for legacy leads until `backfill_customers` links them.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(
            one="lead",
            many="leads",
            step=LockStep.LEADS,
            settled_by="open_leads",
            known_by=(("phone", "phone"), ("email", "email")),
        ),
        "raw": NoReference(why="What the source sent."),
    }

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        db_constraint=False,
        db_index=False,
    )
    branch = models.ForeignKey(
        "crm.Branch",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        db_constraint=False,
        db_index=False,
    )
    source = models.ForeignKey(
        "leads.LeadSource",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        db_constraint=False,
    )
    external_id = models.CharField(max_length=200, blank=True)
    full_name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164, or empty.")
    phone_as_typed = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=254, blank=True)
    status = models.CharField(max_length=12, choices=LeadStatus.choices, default=LeadStatus.NEW)
    owner = models.ForeignKey(
        "crm.StaffMember",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_leads",
        db_constraint=False,
        db_index=False,
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    follow_up_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0, help_text="Real status changes so far.")
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was closed.")
    remarks = models.TextField(max_length=1000, blank=True)
    interest = models.CharField(max_length=200, blank=True, help_text="What they want; a model.")
    variant = models.CharField(max_length=200, blank=True)
    location = models.CharField(max_length=200, blank=True)
    raw = models.JSONField(null=True, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    last_activity_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = LeadQuerySet.as_manager()

    class Meta:
        constraints = [
            CompanyKey(name="lead_company_id_key"),
            SameCompany(field="customer", to="customers.Customer", name="lead_customer_fk"),
            SameCompany(field="branch", to="crm.Branch", name="lead_branch_fk"),
            SameCompany(field="source", to="leads.LeadSource", name="lead_source_fk"),
            SameCompany(field="owner", to="crm.StaffMember", name="lead_owner_fk"),
            models.UniqueConstraint(
                fields=["company", "customer", "branch"],
                condition=Q(customer__isnull=False, status__in=OPEN_STATUSES),
                nulls_distinct=False,
                name="lead_one_open_a_customer_and_branch",
            ),
            models.UniqueConstraint(
                fields=["company", "source", "external_id"],
                condition=~Q(external_id=""),
                name="lead_external_id_in_source",
            ),
            models.CheckConstraint(
                condition=Q(status__in=LeadStatus.values), name="lead_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=LeadStatus.PENDING)
                | (Q(follow_up_at__isnull=False) & ~Q(remarks="")),
                name="lead_pending_has_follow_up",
                violation_error_message="Pending needs a follow-up time and remarks.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[LeadStatus.DISQUALIFIED, LeadStatus.LOST]) | ~Q(reason=""),
                name="lead_closed_with_a_reason",
                violation_error_message="Disqualified and Lost need a reason.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CLOSED_STATUSES, closed_at__isnull=False)
                | (~Q(status__in=CLOSED_STATUSES) & Q(closed_at__isnull=True)),
                name="lead_closed_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{4,14}$"),
                name="lead_phone_is_canonical",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-received_at"], name="lead_customer_idx"),
            models.Index(
                fields=["company", "-received_at", "-id"],
                include=["status", "branch", "owner", "source"],
                name="lead_received_idx",
            ),
            models.Index(
                fields=["company", "owner", "-received_at", "-id"],
                include=["status"],
                condition=Q(owner__isnull=False),
                name="lead_owner_idx",
            ),
            models.Index(
                fields=["company", "branch", "-received_at", "-id"],
                include=["status"],
                name="lead_branch_idx",
            ),
            # The few that are open among the many that were.
            models.Index(
                fields=["company", "-received_at", "-id"],
                include=["status", "branch", "owner", "source"],
                condition=Q(status__in=OPEN_STATUSES),
                name="lead_open_idx",
            ),
            models.Index(
                fields=["company", "follow_up_at", "id"],
                condition=Q(status__in=OPEN_STATUSES, follow_up_at__isnull=False),
                name="lead_follow_up_idx",
            ),
            models.Index(
                fields=["company", "phone", "id"],
                condition=Q(customer__isnull=True),
                name="lead_without_customer_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name or 'Lead'} ({self.get_status_display()})"

    @property
    def is_open(self) -> bool:
        """Still being worked on."""
        return self.status in OPEN_STATUSES
