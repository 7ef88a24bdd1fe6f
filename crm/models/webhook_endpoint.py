"""Another system that is told of changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.constraints import CompanyKey
from crm.models.tenant import TenantRecord


class EndpointState(models.TextChoices):
    """Whether an endpoint is sent to; docs/webhooks.md says what leads from one to another."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    DISABLED = "disabled", "Disabled"
    REMOVED = "removed", "Removed"


class WebhookEndpoint(TenantRecord):
    """Where messages are sent, which events they tell, and how the address is doing.

    `position` is how far it has come in the company's stream of changes. An endpoint that is
    paused stands still there, so nothing is lost while it waits. Secrets are kept sealed; during a
    rotation both sign.
    """

    name = models.CharField(max_length=120)
    url = models.CharField("address", max_length=2000, help_text="It begins with https://.")
    event_types = ArrayField(
        models.CharField(max_length=64),
        default=list,
        help_text="Such as customer.merged, lead.* or *.",
    )
    state = models.CharField(
        max_length=8, choices=EndpointState.choices, default=EndpointState.ACTIVE
    )
    state_reason = models.CharField(max_length=200, blank=True)
    state_changed_at = models.DateTimeField(null=True)
    secret_sealed = models.BinaryField(editable=False)
    previous_secret_sealed = models.BinaryField(null=True, editable=False)
    previous_secret_until = models.DateTimeField(
        "old secret signs until", null=True, editable=False
    )
    position = models.BigIntegerField(default=0, editable=False)
    told_from = models.DateTimeField(
        default=timezone.now, editable=False, help_text="It is not told what happened before."
    )
    last_success_at = models.DateTimeField(null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    slow_until = models.DateTimeField("held back until", null=True, editable=False)
    slowdowns = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("name", "id")
        constraints = [
            CompanyKey(name="webhook_endpoint_company_id_key"),
            models.UniqueConstraint(
                fields=["company", "name"],
                condition=~Q(state=EndpointState.REMOVED),
                name="webhook_endpoint_name_in_company",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EndpointState.values), name="webhook_endpoint_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=EndpointState.ACTIVE) | ~Q(state_reason=""),
                name="webhook_endpoint_says_why",
            ),
            models.CheckConstraint(
                condition=Q(previous_secret_sealed__isnull=True, previous_secret_until__isnull=True)
                | Q(previous_secret_sealed__isnull=False, previous_secret_until__isnull=False),
                name="webhook_endpoint_previous_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name
