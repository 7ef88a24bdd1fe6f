"""Sending again: one message, the events of a time, or a test."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import InvalidInput, NotFound
from crm.models import ChangeEvent, MessageState, WebhookEndpoint, WebhookMessage
from crm.models.webhook_message import OPEN
from crm.roles import Action
from crm.services.webhook_endpoints import WOKEN, locked_endpoint
from crm.services.webhook_fan_out import types_of, write_messages
from crm.services.webhook_lines import fall_behind, join_lines
from crm.services.webhook_sending import TEST

MOST_REPLAYED = 5000


@transaction.atomic
def replay_message(*, actor: Actor, message_id: UUID) -> WebhookMessage:
    """Send a settled message again, with the id it had; one that waits is tried at once.

    Raises Forbidden and NotFound.
    """
    actor.require(Action.MANAGE_WEBHOOKS)
    try:
        message = WebhookMessage.objects.filter(pk=message_id).first()
    except ValidationError:
        message = None
    if message is None:
        raise NotFound
    endpoint = locked_endpoint(actor, message.endpoint_id)
    audit.record(
        actor=actor,
        action="webhookendpoint.replayed",
        subject=endpoint,
        new={"message_id": message.pk},
    )
    _again(endpoint, [message.position] if message.position is not None else [], message.pk)
    _wake(actor, endpoint)
    return WebhookMessage.objects.get(pk=message.pk)


@transaction.atomic
def replay_events(
    *, actor: Actor, endpoint_id: UUID, since: datetime, until: datetime | None = None
) -> int:
    """Send the events of a time (`since` ≤ t < `until`) again, also those it was never told.

    What its filter leaves out stays out; what is still to come, comes by itself. Returns how many
    messages are sent. Raises Forbidden, NotFound; InvalidInput at `since` or `until` for a time
    that is no span, and for more than 5,000 events.
    """
    endpoint = locked_endpoint(actor, endpoint_id)
    end = until or timezone.now()
    if since.tzinfo is None or end.tzinfo is None:
        raise InvalidInput.field("since", "Times need a time zone.")
    if since >= end:
        raise InvalidInput.field("until", "The end is not after the beginning.")
    rows = ChangeEvent.objects.filter(
        occurred_at__gte=since,
        occurred_at__lt=end,
        position__lte=endpoint.position,
        type__in=types_of(endpoint),
    )
    found = rows.order_by("position").values_list("position", flat=True)[: MOST_REPLAYED + 1]
    positions = [position for position in found if position is not None]
    if len(positions) > MOST_REPLAYED:
        raise InvalidInput.field("since", f"These are more than {MOST_REPLAYED:,} events.")
    write_messages(endpoint, positions)
    _again(endpoint, positions)
    audit.record(
        actor=actor,
        action="webhookendpoint.replayed",
        subject=endpoint,
        new={"since": since, "until": end, "messages": len(positions)},
    )
    _wake(actor, endpoint)
    return len(positions)


@transaction.atomic
def send_test(*, actor: Actor, endpoint_id: UUID) -> WebhookMessage:
    """Send a `test.ping` once, also to an endpoint that is paused. Raises Forbidden, NotFound."""
    endpoint = locked_endpoint(actor, endpoint_id)
    message = WebhookMessage.objects.create(
        company_id=actor.company.pk,
        endpoint=endpoint,
        type=TEST,
        data={"endpoint_id": str(endpoint.pk)},
        occurred_at=timezone.now(),
    )
    audit.record(actor=actor, action="webhookendpoint.tested", subject=endpoint)
    _wake(actor, endpoint)
    return message


def _again(endpoint: WebhookEndpoint, positions: list[int], *ids: UUID) -> None:
    """Settled messages begin anew; waiting ones that nobody is sending are due now."""
    now = timezone.now()
    own = WebhookMessage.objects.filter(endpoint=endpoint)
    chosen = own.filter(pk__in=ids) if ids else own.filter(position__in=positions)
    chosen.exclude(state__in=OPEN).update(
        state=MessageState.WAITING, settled_at=None, attempts=0, next_at=now
    )
    chosen.filter(state=MessageState.WAITING, claim=None, next_at__gt=now).update(next_at=now)
    join_lines(endpoint, positions)
    fall_behind(endpoint)


def _wake(actor: Actor, endpoint: WebhookEndpoint) -> None:
    outbox.publish(actor=actor, topic=WOKEN, payload={"endpoint_id": endpoint.pk})
