"""Webhook endpoints and their messages, as the API takes and shows them."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from crm.api.fields import Count, Flag, Text
from crm.api.serializers import MomentField, Strict
from crm.models import EndpointState, MessageState, WebhookEndpoint, WebhookMessage

MOST_PATTERNS = 50
LONGEST_OVERLAP_HOURS = 7 * 24


class EndpointChanges(Strict):
    """Where to send, and what."""

    name = Text(required=False, max_length=120)
    url = Text(required=False, max_length=2000, help_text="https, to a public address.")
    event_types = serializers.ListField(
        child=Text(max_length=64),
        required=False,
        min_length=1,
        max_length=MOST_PATTERNS,
        help_text="Names of types, `lead.*`, or `*`.",
    )


class NewEndpoint(EndpointChanges):
    """A new endpoint, told of what happens from now on."""

    name = Text(max_length=120)
    url = Text(max_length=2000, help_text="https, to a public address.")


class Resumption(Strict):
    """How to go on."""

    skip_missed = Flag(
        required=False, help_text="Only what happens from now on; the rest can be replayed."
    )


class Rotation(Strict):
    """How long both secrets sign."""

    overlap_hours = Count(
        required=False, min_value=0, max_value=LONGEST_OVERLAP_HOURS, help_text="By default 24."
    )


class Span(Strict):
    """The events of a time: since ≤ t < until."""

    since = MomentField()
    until = MomentField(required=False, help_text="By default now.")


class MessageQuery(serializers.Serializer[Any]):
    """Which messages of the log."""

    state = serializers.ChoiceField(MessageState.choices, required=False)


class EndpointOut(serializers.Serializer[Any]):
    """Another system that is told of changes."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    event_types = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(EndpointState.choices)
    state_reason = serializers.CharField()
    last_success_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    slow_until = serializers.DateTimeField(allow_null=True, help_text="It asked for a pause.")
    previous_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then the secret before signs too."
    )
    created_at = serializers.DateTimeField()


class EndpointWithSecret(EndpointOut):
    """An endpoint and its secret, which is shown this once."""

    secret = serializers.CharField(
        allow_null=True, help_text="null in an answer that is given again (Idempotency-Key)."
    )


class MessageOut(serializers.Serializer[Any]):
    """One event for one endpoint, and how its sending went."""

    id = serializers.UUIDField()
    webhook_id = serializers.CharField(help_text="The header `webhook-id` of each attempt.")
    endpoint_id = serializers.UUIDField()
    type = serializers.CharField()
    customer_id = serializers.UUIDField(allow_null=True)
    data = serializers.DictField()  # type: ignore[assignment] # the metaclass takes it away
    occurred_at = serializers.DateTimeField()
    state = serializers.ChoiceField(MessageState.choices)
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True, help_text="Of the next attempt.")
    settled_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True, help_text="What was answered.")
    last_error = serializers.CharField()
    duration_ms = serializers.IntegerField(allow_null=True)


class Replayed(serializers.Serializer[Any]):
    """How many messages are sent again."""

    messages = serializers.IntegerField()


def endpoint_row(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What `EndpointOut` documents."""
    return {
        "id": endpoint.pk,
        "name": endpoint.name,
        "url": endpoint.url,
        "event_types": endpoint.event_types,
        "state": str(endpoint.state),
        "state_reason": endpoint.state_reason,
        "last_success_at": endpoint.last_success_at,
        "failing_since": endpoint.failing_since,
        "slow_until": endpoint.slow_until,
        "previous_secret_until": endpoint.previous_secret_until,
        "created_at": endpoint.created_at,
    }


def message_row(message: WebhookMessage) -> dict[str, Any]:
    """What `MessageOut` documents."""
    return {
        "id": message.pk,
        "webhook_id": message.webhook_id,
        "endpoint_id": message.endpoint_id,
        "type": message.type,
        "customer_id": message.customer_id,
        "data": message.data,
        "occurred_at": message.occurred_at,
        "state": str(message.state),
        "attempts": message.attempts,
        "next_at": message.next_at if message.state == MessageState.WAITING else None,
        "settled_at": message.settled_at,
        "last_status": message.last_status,
        "last_error": message.last_error,
        "duration_ms": message.duration_ms,
    }


def message_rows(messages: Sequence[WebhookMessage]) -> list[dict[str, Any]]:
    """The messages of a page."""
    return [message_row(message) for message in messages]
