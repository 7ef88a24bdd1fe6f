"""Setting up who is told of changes: endpoints, their secrets, pausing and resuming them."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.change_events.registry import types_matching
from crm.encryption import seal
from crm.errors import Conflict, InvalidInput, NotFound
from crm.models import EndpointState, MessageState, WebhookEndpoint, WebhookMessage, WebhookTurn
from crm.models.webhook_message import OPEN
from crm.roles import Action
from crm.selectors import change_feed
from crm.webhooks.addresses import AddressRefused, checked_url
from crm.webhooks.signing import new_secret

OVERLAP = timedelta(days=1)
MOST_ENDPOINTS = 20
LONGEST_NAME = 120
WOKEN = "webhook.woken"  # topic: something may be due now
BY_HAND = "Paused by hand."


@transaction.atomic
def create_endpoint(
    *, actor: Actor, name: str, url: str, event_types: Iterable[str] = ("*",)
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint, told of what happens from now on; and its secret, which is shown once.

    `event_types` are names of types, `lead.*`, or `*`. Raises Forbidden; InvalidInput at `name`,
    `url` or `event_types`; Conflict `too_many` and `name_taken`.
    """
    actor.require(Action.MANAGE_WEBHOOKS)
    values = _clean(name=name, url=url, event_types=event_types)
    if _kept().count() >= MOST_ENDPOINTS:
        raise Conflict(f"A company has at most {MOST_ENDPOINTS} endpoints.", code="too_many")
    _require_free_name(str(values["name"]))
    secret = new_secret()
    change_feed.listen()
    endpoint = WebhookEndpoint.objects.create(
        company_id=actor.company.pk, secret_sealed=seal(secret), **values
    )
    audit.record(actor=actor, action="webhookendpoint.created", subject=endpoint, new=values)
    return endpoint, secret


@transaction.atomic
def edit_endpoint(
    *,
    actor: Actor,
    endpoint_id: UUID,
    name: str | None = None,
    url: str | None = None,
    event_types: Iterable[str] | None = None,
) -> WebhookEndpoint:
    """Change what is given; what waits already goes to the new address.

    Raises as `create_endpoint`, and NotFound.
    """
    endpoint = locked_endpoint(actor, endpoint_id)
    values = _clean(
        name=endpoint.name if name is None else name,
        url=endpoint.url if url is None else url,
        event_types=endpoint.event_types if event_types is None else event_types,
    )
    old, new = audit.changed_values(endpoint, values)
    if not new:
        return endpoint
    if "name" in new:
        _require_free_name(str(new["name"]))
    _save(endpoint, **new)
    audit.record(actor=actor, action="webhookendpoint.updated", subject=endpoint, old=old, new=new)
    return endpoint


@transaction.atomic
def rotate_secret(
    *, actor: Actor, endpoint_id: UUID, overlap: timedelta = OVERLAP
) -> tuple[WebhookEndpoint, str]:
    """A new secret. The present one signs too for `overlap`; an older one ends now.

    Raises Forbidden and NotFound.
    """
    endpoint = locked_endpoint(actor, endpoint_id)
    secret = new_secret()
    keeps = overlap > timedelta(0)
    _save(
        endpoint,
        previous_secret_sealed=endpoint.secret_sealed if keeps else None,
        previous_secret_until=timezone.now() + overlap if keeps else None,
        secret_sealed=seal(secret),
    )
    audit.record(
        actor=actor,
        action="webhookendpoint.secret_rotated",
        subject=endpoint,
        new={"old_secret_signs_until": endpoint.previous_secret_until},
    )
    return endpoint, secret


@transaction.atomic
def pause_endpoint(*, actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    """Send nothing until it is resumed; its place in the stream is kept. Again: no change."""
    endpoint = locked_endpoint(actor, endpoint_id)
    if endpoint.state == EndpointState.ACTIVE:
        _change_state(actor, endpoint, EndpointState.PAUSED, BY_HAND)
    return endpoint


@transaction.atomic
def resume_endpoint(
    *, actor: Actor, endpoint_id: UUID, skip_missed: bool = False
) -> WebhookEndpoint:
    """Send again, from where it stopped; with `skip_missed` only what happens from now on.

    Skipped messages fail, and can be replayed. Raises Forbidden and NotFound.
    """
    endpoint = locked_endpoint(actor, endpoint_id)
    if endpoint.state == EndpointState.ACTIVE:
        return endpoint
    endpoint.failing_since = endpoint.slow_until = None
    endpoint.slowdowns = 0
    if skip_missed:
        endpoint.told_from = timezone.now()
        _give_up(endpoint, "Skipped when the endpoint was resumed.")
    endpoint.save(update_fields=["failing_since", "slow_until", "slowdowns", "told_from"])
    _change_state(actor, endpoint, EndpointState.ACTIVE, "")
    outbox.publish(actor=actor, topic=WOKEN, payload={"endpoint_id": endpoint.pk})
    return endpoint


@transaction.atomic
def remove_endpoint(*, actor: Actor, endpoint_id: UUID) -> None:
    """Take it out for good: nothing is sent, its secrets are forgotten, its log is kept."""
    endpoint = locked_endpoint(actor, endpoint_id)
    _give_up(endpoint, "The endpoint was removed.")
    _save(endpoint, secret_sealed=b"", previous_secret_sealed=None, previous_secret_until=None)
    _change_state(actor, endpoint, EndpointState.REMOVED, "Removed by hand.")


def locked_endpoint(actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    """The endpoint for somebody who may manage it. Raises Forbidden and NotFound."""
    actor.require(Action.MANAGE_WEBHOOKS)
    try:
        endpoint = _kept().select_for_update(no_key=True).filter(pk=endpoint_id).first()
    except ValidationError:
        raise NotFound from None
    if endpoint is None:
        raise NotFound
    return endpoint


def stop_endpoint(
    *, actor: Actor, endpoint: WebhookEndpoint, state: EndpointState, reason: str
) -> None:
    """The machine stops sending to a locked endpoint; the company's admins are told."""
    _change_state(actor, endpoint, state, reason)
    outbox.publish(actor=actor, topic="webhook.stopped", payload={"endpoint_id": endpoint.pk})


def _change_state(
    actor: Actor, endpoint: WebhookEndpoint, state: EndpointState, reason: str
) -> None:
    old = {"state": endpoint.state}
    _save(endpoint, state=state, state_reason=reason, state_changed_at=timezone.now())
    audit.record(
        actor=actor,
        action=f"webhookendpoint.{'resumed' if state == EndpointState.ACTIVE else state}",
        subject=endpoint,
        old=old,
        new={"state": state},
        reason=reason,
    )


def _give_up(endpoint: WebhookEndpoint, why: str) -> None:
    WebhookTurn.objects.filter(endpoint=endpoint).delete()
    WebhookMessage.objects.filter(endpoint=endpoint, state__in=OPEN).update(
        state=MessageState.FAILED, settled_at=timezone.now(), claim=None, last_error=why
    )


def _kept() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.exclude(state=EndpointState.REMOVED)


def _require_free_name(name: str) -> None:
    if _kept().filter(name=name).exists():
        raise Conflict("Another endpoint has this name.", code="name_taken")


def _save(endpoint: WebhookEndpoint, **values: object) -> None:
    for name, value in values.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=[*values, "updated_at"])


def _clean(*, name: str, url: str, event_types: Iterable[str]) -> dict[str, object]:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput.field("name", f"Give it a name of up to {LONGEST_NAME} letters.")
    try:
        checked_url(url)
    except AddressRefused as refused:
        raise InvalidInput.field("url", refused.reason) from None
    patterns = list(dict.fromkeys(event_types))
    if not patterns:
        raise InvalidInput.field("event_types", "Choose at least one event.")
    types_matching(patterns, field_name="event_types")
    return {"name": name, "url": url, "event_types": patterns}
