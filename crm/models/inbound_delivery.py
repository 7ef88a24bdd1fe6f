"""What another system sent, as raw as it came."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import SameCompany
from crm.merging import NoReference, Policy
from crm.models.tenant import TenantModel, new_id


class DeliveryState(models.TextChoices):
    """Where a delivery stands; docs/inbox.md draws the ways between these."""

    RECEIVED = "received", "Received"
    PROCESSED = "processed", "Processed"
    IGNORED = "ignored", "Ignored"
    FAILED = "failed", "Failed, will be tried again"
    DEAD = "dead", "Dead"
    DISMISSED = "dismissed", "Dismissed"


WAITING = (DeliveryState.RECEIVED, DeliveryState.FAILED)
SETTLED = (DeliveryState.PROCESSED, DeliveryState.IGNORED, DeliveryState.DISMISSED)


class InboundDelivery(TenantModel):
    """A stored request of a source, and what became of it.

    It is written in the transaction that answers 2xx. The row is the queue of record: `due_at`
    says when the next attempt may begin. Whoever processes it moves `due_at` forward as a lease;
    when they are killed, it falls due again by itself.
    """

    on_merge: ClassVar[dict[str, Policy]] = {
        "headers": NoReference(why="What the source sent."),
        "failures": NoReference(why="Times and kinds of errors."),
        "result": NoReference(why="What came of it then; pages follow merges."),
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(
        "crm.InboundSource",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="deliveries",
    )
    external_key = models.CharField(
        max_length=200, help_text="What makes this delivery the same as a repeat of it."
    )
    received_at = models.DateTimeField(default=timezone.now)
    # The request as it came. Headers that hold a secret or a signature are left out.
    method = models.CharField(max_length=8)
    path_rest = models.TextField(blank=True, help_text="Behind the secret, percent-encoded.")
    query = models.BinaryField(default=bytes)
    headers = models.JSONField(default=dict)
    content_type = models.CharField(max_length=200, blank=True)
    body = models.BinaryField(default=bytes)
    repeats = models.PositiveIntegerField(default=0)
    last_repeat_at = models.DateTimeField(null=True)
    # What became of it.
    state = models.CharField(
        max_length=12, choices=DeliveryState.choices, default=DeliveryState.RECEIVED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, help_text="Why it failed, died, was ignored or dismissed.")
    failures = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    parser_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "inbound deliveries"
        constraints = [
            SameCompany(field="source", to="crm.InboundSource", name="inbound_delivery_source_fk"),
            models.UniqueConstraint(
                fields=["company", "source", "external_key"], name="inbound_delivery_external_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="inbound_delivery_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DeliveryState.DEAD, DeliveryState.DISMISSED])
                | ~Q(error=""),
                name="inbound_delivery_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "due_at", "id"],
                condition=Q(state__in=WAITING),
                name="inbound_delivery_due_idx",
            ),
            models.Index(
                fields=["company", "-received_at", "-id"], name="inbound_delivery_newest_idx"
            ),
            models.Index(
                fields=["company", "state", "-received_at", "-id"],
                name="inbound_delivery_state_idx",
            ),
            models.Index(
                fields=["company", "source", "-received_at", "-id"],
                name="inbound_delivery_source_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
