"""The customer: one person or office that a company knows."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from crm.constraints import CompanyKey, SameCompany
from crm.merging import Policy, Stays
from crm.models.tenant import TenantRecord


def new_stable_hash_id() -> str:
    """32 hex digits that other systems keep; random, so never made twice."""
    return uuid4().hex


class RecordState(models.TextChoices):
    """Whether the record itself is alive; never mixed with stage, status or score."""

    ACTIVE = "active", "Active"
    MERGED = "merged", "Merged"
    DELETED = "deleted", "Deleted"


class LifecycleStage(models.TextChoices):
    """How far the relation has come (source systems S2.2)."""

    PROSPECT = "prospect", "Prospect"
    LEAD = "lead", "Lead"
    CUSTOMER = "customer", "Customer"
    CHURNED = "churned", "Churned"


class PreferredContact(models.TextChoices):
    """How the person wants to be reached."""

    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"
    LINE = "line", "LINE"
    WHATSAPP = "whatsapp", "WhatsApp"


class Origin(models.TextChoices):
    """How the record came to be."""

    MANUAL = "manual", "Typed by staff"
    WALK_IN = "walk_in", "Walk-in"
    LEAD = "lead", "Lead"
    IMPORT = "import", "Import"
    BACKFILL = "backfill", "Linked from leads"
    ORDER = "order", "Order"
    CHAT = "chat", "Chat"
    API = "api", "Another system"


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers by intent."""

    def live(self) -> "CustomerQuerySet":
        """Neither merged into another nor deleted."""
        return self.filter(record_state=RecordState.ACTIVE)


class Customer(TenantRecord):
    """Who they are. How to reach them stands on `ContactPoint`."""

    on_merge: ClassVar[dict[str, Policy]] = {
        "merged_into": Stays(why="The chain of merges itself; undoing one in its middle needs it."),
    }

    code = models.CharField(max_length=20, editable=False)
    stable_hash_id = models.CharField(max_length=32, default=new_stable_hash_id, editable=False)
    full_name = models.CharField(max_length=200)
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    name_is_placeholder = models.BooleanField(
        default=False, help_text="The name was made up; the next real name replaces it."
    )
    name_sort = models.GeneratedField(
        expression=Func(F("full_name"), function="name_key"),
        output_field=models.CharField(max_length=400),
        db_persist=True,
    )
    record_state = models.CharField(
        max_length=8, choices=RecordState.choices, default=RecordState.ACTIVE
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="merged_records",
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    lifecycle_stage = models.CharField(
        max_length=8, choices=LifecycleStage.choices, default=LifecycleStage.PROSPECT
    )
    stage_changed_at = models.DateTimeField(default=timezone.now)
    address_line = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=120, blank=True)
    birthday = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True)
    preferred_contact = models.CharField(max_length=8, choices=PreferredContact.choices, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.MANUAL)
    last_activity_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    tags = models.ManyToManyField("customers.Tag", through="customers.CustomerTag", blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            CompanyKey(name="customer_company_id_key"),
            models.UniqueConstraint(fields=["company", "code"], name="customer_code_in_company"),
            models.UniqueConstraint(
                fields=["company", "stable_hash_id"], name="customer_hash_in_company"
            ),
            SameCompany(field="merged_into", to="customers.Customer", name="customer_merged_fk"),
            models.CheckConstraint(condition=~Q(full_name=""), name="customer_has_a_name"),
            models.CheckConstraint(
                condition=Q(record_state=RecordState.MERGED, merged_into__isnull=False)
                | (~Q(record_state=RecordState.MERGED) & Q(merged_into__isnull=True)),
                name="customer_merged_into_someone",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="customer_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(record_state=RecordState.DELETED, deleted_at__isnull=False)
                | (~Q(record_state=RecordState.DELETED) & Q(deleted_at__isnull=True)),
                name="customer_deleted_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(lifecycle_stage__in=LifecycleStage.values), name="customer_stage_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "-last_activity_at", "-id"],
                include=["lifecycle_stage"],
                condition=Q(record_state="active"),
                name="customer_activity_idx",
            ),
            models.Index(
                fields=["company", "-created_at", "-id"],
                include=["lifecycle_stage"],
                condition=Q(record_state="active"),
                name="customer_created_idx",
            ),
            models.Index(
                fields=["company", "name_sort", "id"],
                include=["lifecycle_stage"],
                condition=Q(record_state="active"),
                name="customer_name_idx",
            ),
            # A rare stage, and records that are not live, without walking all customers.
            models.Index(
                fields=["company", "lifecycle_stage", "-last_activity_at", "-id"],
                condition=Q(record_state="active"),
                name="customer_stage_idx",
            ),
            models.Index(
                fields=["company", "record_state", "-last_activity_at", "-id"],
                condition=~Q(record_state="active"),
                name="customer_not_live_idx",
            ),
            models.Index(
                fields=["company", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="customer_merged_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.code})"

    @property
    def is_live(self) -> bool:
        """Neither merged into another nor deleted."""
        return self.record_state == RecordState.ACTIVE
