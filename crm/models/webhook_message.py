"""What an endpoint is told: one message for each event, and how its sending went."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import CompanyKey, SameCompany
from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel, new_id


class MessageState(models.TextChoices):
    """Where a message stands."""

    BEHIND = "behind", "Behind an earlier one"
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


OPEN = (MessageState.BEHIND, MessageState.WAITING)


class WebhookMessage(TenantModel):
    """One event for one endpoint. Its id goes out with each attempt and never changes.

    `next_at` says when the next attempt may begin. Whoever sends moves it forward as a lease
    and writes `claim`; when they are killed, the message falls due again by itself.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "data": NoReference(why="Readers follow customer.merged."),
        "attempt_log": NoReference(why="Times and answers of attempts."),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(
        "crm.WebhookEndpoint",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="messages",
    )
    position = models.BigIntegerField(null=True, help_text="The event's; a test has none.")
    type = models.CharField(max_length=64)
    customer_id = models.UUIDField(null=True)
    keys = ArrayField(
        models.UUIDField(), default=list, help_text="The records in whose lines it waits."
    )
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        max_length=9, choices=MessageState.choices, default=MessageState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    duration_ms = models.PositiveIntegerField(null=True)
    response_excerpt = models.TextField(blank=True)
    attempt_log = models.JSONField(default=list)

    class Meta:
        constraints = [
            CompanyKey(name="webhook_message_company_id_key"),
            SameCompany(
                field="endpoint", to="crm.WebhookEndpoint", name="webhook_message_endpoint_fk"
            ),
            models.UniqueConstraint(
                fields=["endpoint", "position"], name="webhook_message_once_an_event"
            ),
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="webhook_message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, settled_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(settled_at__isnull=False, claim__isnull=True)),
                name="webhook_message_open_or_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_at", "position"],
                condition=Q(state=MessageState.WAITING),
                name="webhook_message_due_idx",
            ),
            models.Index(
                fields=["endpoint", "next_at"],
                condition=Q(claim__isnull=False),
                name="webhook_message_in_hand_idx",
            ),
            models.Index(
                fields=["company", "-created_at", "-id"], name="webhook_message_newest_idx"
            ),
            models.Index(
                fields=["company", "state", "-created_at", "-id"], name="webhook_message_state_idx"
            ),
            models.Index(
                fields=["company", "endpoint", "-created_at", "-id"],
                name="webhook_message_endpoint_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.webhook_id

    @property
    def webhook_id(self) -> str:
        """The id that the receiver sees."""
        return f"msg_{self.pk.hex}"


class WebhookTurn(TenantModel):
    """An open message's place in the line of one record (its customer, or itself).

    A message may go when nothing of a smaller position stands in any of its lines. Turns of
    settled messages are deleted.
    """

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(
        "crm.WebhookEndpoint",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    message = models.ForeignKey(
        "crm.WebhookMessage", on_delete=models.PROTECT, db_constraint=False, related_name="turns"
    )
    key = models.UUIDField()
    position = models.BigIntegerField()

    class Meta:
        constraints = [
            SameCompany(
                field="endpoint", to="crm.WebhookEndpoint", name="webhook_turn_endpoint_fk"
            ),
            SameCompany(field="message", to="crm.WebhookMessage", name="webhook_turn_message_fk"),
            models.UniqueConstraint(
                fields=["endpoint", "key", "position"], name="webhook_turn_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} at {self.position}"
