"""The accounts at ticket platforms from which orders are pulled."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import CompanyKey, SameCompany
from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel, TenantRecord


class PulledPlatform(models.TextChoices):
    """The platforms that can be asked."""

    HUMANITIX = "humanitix", "Humanitix"
    EVENTBRITE = "eventbrite", "Eventbrite"


class TicketAccount(TenantRecord):
    """A company's account at a ticket platform, and how far its orders have been read.

    The token is kept sealed (crm/encryption.py) and never shown. `checkpoint` says what has been
    read and stored; scoring/platforms/ tells its shape for each platform. `due_at` is when the next
    pull may begin; whoever pulls holds the account until `pulling_until`, the lease, and moves it
    on with every batch. A puller that is killed leaves a lease that ends.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "checkpoint": NoReference(why="How far the platform was read."),
    }

    platform = models.CharField(max_length=40, choices=PulledPlatform.choices)
    name = models.CharField(max_length=120)
    token_sealed = models.BinaryField(null=True, editable=False)
    organisation_id = models.CharField(
        "organisation number",
        max_length=100,
        blank=True,
        help_text="Eventbrite only: the number in the address of the organisation's pages.",
    )
    base_url = models.CharField(
        "other address",
        max_length=300,
        blank=True,
        help_text="Empty: the platform's own. Others must be allowed in TICKET_API_ORIGINS.",
    )
    is_active = models.BooleanField(
        default=True, help_text="Orders of an inactive account are not pulled."
    )
    checkpoint = models.JSONField(default=dict, blank=True, editable=False)
    due_at = models.DateTimeField("next pull", default=timezone.now, editable=False)
    pulling_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_pulled_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)
    failures = models.PositiveIntegerField(
        "failures in a row", default=0, blank=True, editable=False
    )

    class Meta:
        constraints = [
            CompanyKey(name="ticketaccount_company_key"),
            models.UniqueConstraint(
                fields=["company", "platform", "name"], name="ticketaccount_name"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(is_active=True), name="ticketaccount_due_idx"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()}: {self.name}"


class UnreadOrder(TenantModel):
    """A pulled order that could not be stored: as it came, and what is wrong with it.

    Every pull tries it again, so that it comes in by itself once the reader was corrected.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "raw": NoReference(why="What the platform sent."),
    }

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        "scoring.TicketAccount",
        on_delete=models.PROTECT,
        related_name="unread_orders",
        db_constraint=False,
        db_index=False,
    )
    external_id = models.CharField(max_length=200, help_text="The platform's number of the order.")
    raw = models.JSONField()
    field = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=500)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            SameCompany(field="account", to="scoring.TicketAccount", name="unreadorder_account_fk"),
            models.UniqueConstraint(
                fields=["company", "account", "external_id"], name="unreadorder_once"
            ),
        ]
        indexes = [models.Index(fields=["account", "id"], name="unreadorder_account_idx")]

    def __str__(self) -> str:
        return f"{self.external_id}: {self.message}"
