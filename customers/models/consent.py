"""What a customer agreed to, and when."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import SameCompany
from crm.merging import Moves, Policy
from crm.models.tenant import TenantRecord


class ConsentChannel(models.TextChoices):
    """Where marketing would reach the person."""

    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"
    PHONE = "phone", "Phone"
    POST = "post", "Post"
    CHAT = "chat", "Chat"


class ConsentEvent(TenantRecord):
    """One line of the ledger: opted in or out. The current state is the newest line a channel.

    It never hides a person from staff (source systems S1.8: do-not-contact hid people).
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "customer": Moves(
            one="answer about marketing", many="answers about marketing", settled_by="consents"
        ),
    }

    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="consent_events",
        db_constraint=False,
        db_index=False,
    )
    channel = models.CharField(max_length=8, choices=ConsentChannel.choices)
    granted = models.BooleanField()
    source = models.CharField(max_length=60)
    happened_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            SameCompany(field="customer", to="customers.Customer", name="consent_customer_fk"),
            models.CheckConstraint(
                condition=Q(channel__in=ConsentChannel.values), name="consent_channel_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "channel", "-happened_at", "-id"], name="consent_current_idx"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {'in' if self.granted else 'out'}"
