"""Sending: one message at a time is claimed, sent without a transaction, and settled.

A claim is a lease: a worker that is killed leaves a message that falls due again. The receiver may
get it twice then, with the same id, never not at all. All that changes who may go next is done with
the endpoint's row locked, for a moment each; nothing is locked while the other side answers.
"""

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from crm.actors import Door, system_actor
from crm.audit import plain
from crm.encryption import CannotUnseal, unseal
from crm.models import Company, EndpointState, MessageState, WebhookEndpoint, WebhookMessage
from crm.services.webhook_endpoints import stop_endpoint
from crm.services.webhook_lines import fall_behind, leave_lines
from crm.tenancy import use_company
from crm.webhooks.posting import Answer, post
from crm.webhooks.schedule import MOST_ATTEMPTS, hold_after, pause_after
from crm.webhooks.signing import signature_header

log = logging.getLogger(__name__)
MOST_AT_ONCE = 2  # workers at one endpoint; a slow one must not keep all of them
MOST_BYTES = 20_000
PAUSED_AFTER = timedelta(days=5)
NOTED_EVERY = timedelta(minutes=1)
ATTEMPTS_KEPT = 20
SLOW_DOWN = frozenset({429, 502, 503, 504})
GONE = 410
TEST = "test.ping"


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that this worker sends, and all that is needed for it."""

    company_id: int
    message: WebhookMessage
    url: str
    secrets: Sequence[bytes]


def send_next(company_id: int, endpoint_id: UUID) -> bool:
    """Send the message that is due longest; False when none is. Call it outside a transaction."""
    claimed = _claim(company_id, endpoint_id)
    if claimed is None:
        return False
    _settle(claimed, _send(claimed))
    return True


def body_of(message: WebhookMessage) -> bytes:
    """The body that is signed and sent: the same bytes at each attempt."""
    told = {
        "type": message.type,
        "timestamp": message.occurred_at.isoformat(),
        "data": message.data,
    }
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()


def _claim(company_id: int, endpoint_id: UUID) -> Claimed | None:
    with use_company(company_id):
        endpoint = _locked(endpoint_id)
        if endpoint is None:
            return None
        now = timezone.now()
        own = WebhookMessage.objects.filter(endpoint=endpoint, state=MessageState.WAITING)
        in_hand = own.filter(claim__isnull=False, next_at__gt=now).count()
        if in_hand >= (MOST_AT_ONCE if endpoint.slowdowns == 0 else 1):
            return None
        due = own.filter(next_at__lte=now)
        if not _is_open(endpoint, now):
            due = due.filter(type=TEST)
        message = due.order_by("next_at", "position").first()
        if message is None:
            return None
        message.claim = uuid4()
        message.attempts += 1
        message.next_at = now + timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
        message.save(update_fields=["claim", "attempts", "next_at"])
        return Claimed(
            company_id=company_id,
            message=message,
            url=endpoint.url,
            secrets=_secrets(endpoint, now),
        )


def _locked(endpoint_id: UUID) -> WebhookEndpoint | None:
    rows = WebhookEndpoint.objects.select_for_update(no_key=True)
    return rows.filter(pk=endpoint_id).exclude(state=EndpointState.REMOVED).first()


def _is_open(endpoint: WebhookEndpoint, now: datetime) -> bool:
    is_held_back = endpoint.slow_until is not None and endpoint.slow_until > now
    return endpoint.state == EndpointState.ACTIVE and not is_held_back


def _secrets(endpoint: WebhookEndpoint, now: datetime) -> list[bytes]:
    secrets = [bytes(endpoint.secret_sealed)]
    until = endpoint.previous_secret_until
    if endpoint.previous_secret_sealed is not None and until is not None and until > now:
        secrets.append(bytes(endpoint.previous_secret_sealed))
    return secrets


def _send(claimed: Claimed) -> Answer:
    message = claimed.message
    if message.attempts > MOST_ATTEMPTS:
        return Answer(status=None, error="Each attempt ended without an answer: workers died.")
    body = body_of(message)
    if len(body) >= MOST_BYTES:
        return Answer(status=None, error="It is too large to be sent; read the event in the feed.")
    try:
        keys = [unseal(secret) for secret in claimed.secrets]
    except CannotUnseal:
        return Answer(status=None, error="SECRET_KEY has changed: rotate the secret.")
    timestamp = int(time.time())
    return post(
        claimed.url,
        body=body,
        headers={
            "webhook-id": message.webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature_header(
                keys, message_id=message.webhook_id, timestamp=timestamp, body=body
            ),
        },
    )


def _settle(claimed: Claimed, answer: Answer) -> None:
    with use_company(claimed.company_id):
        endpoint = _locked(claimed.message.endpoint_id)
        message = WebhookMessage.objects.filter(
            pk=claimed.message.pk, claim=claimed.message.claim, state=MessageState.WAITING
        ).first()
        if endpoint is None or message is None:
            log.warning("webhook message %s is no longer this worker's", claimed.message.pk)
            return
        now = timezone.now()
        _note(message, answer, now)
        if answer.is_success:
            _end(message, MessageState.DELIVERED, now)
            _note_success(endpoint, now)
        else:
            _try_later(message, endpoint, answer, now)
            _note_failure(endpoint, message, answer, now)


def _note(message: WebhookMessage, answer: Answer, now: datetime) -> None:
    message.claim = None
    message.last_status, message.last_error = answer.status, answer.error
    message.duration_ms, message.response_excerpt = answer.duration_ms, answer.excerpt
    line = {
        "at": plain(now),
        "attempt": message.attempts,
        "status": answer.status,
        "error": answer.error,
        "ms": answer.duration_ms,
    }
    message.attempt_log = [*message.attempt_log, line][-ATTEMPTS_KEPT:]


def _end(message: WebhookMessage, state: MessageState, now: datetime) -> None:
    message.state, message.settled_at = state, now
    message.save()
    leave_lines(message)


def _try_later(
    message: WebhookMessage, endpoint: WebhookEndpoint, answer: Answer, now: datetime
) -> None:
    pause = pause_after(message.attempts)
    if message.type == TEST or pause is None:
        _end(message, MessageState.FAILED, now)
        return
    message.next_at = now + max(pause, answer.retry_after or timedelta(0))
    message.save()
    if message.position is not None:
        # Something older may have been replayed while this one was on its way.
        fall_behind(endpoint, [message.position])


def _note_success(endpoint: WebhookEndpoint, now: datetime) -> None:
    last = endpoint.last_success_at
    is_well = endpoint.failing_since is None and endpoint.slowdowns == 0
    if is_well and last is not None and now - last < NOTED_EVERY:
        return
    endpoint.last_success_at = now
    endpoint.failing_since = endpoint.slow_until = None
    endpoint.slowdowns = 0
    endpoint.save(update_fields=["last_success_at", "failing_since", "slow_until", "slowdowns"])


def _note_failure(
    endpoint: WebhookEndpoint, message: WebhookMessage, answer: Answer, now: datetime
) -> None:
    if message.type == TEST:
        return
    endpoint.failing_since = endpoint.failing_since or now
    if answer.status is None or answer.status in SLOW_DOWN:
        endpoint.slowdowns = min(endpoint.slowdowns + 1, 1000)
        hold = max(hold_after(endpoint.slowdowns), answer.retry_after or timedelta(0))
        endpoint.slow_until = now + hold
    endpoint.save(update_fields=["failing_since", "slowdowns", "slow_until"])
    if endpoint.state != EndpointState.ACTIVE:
        return
    company = Company.objects.get(pk=endpoint.company_id)
    actor = system_actor(company, door=Door.TASK, name="webhooks")
    if answer.status == GONE:
        reason = "It answered 410: it is gone for good."
        stop_endpoint(actor=actor, endpoint=endpoint, state=EndpointState.DISABLED, reason=reason)
    elif now - endpoint.failing_since >= PAUSED_AFTER:
        reason = f"Nothing was accepted since {endpoint.failing_since:%Y-%m-%d %H:%M} UTC."
        stop_endpoint(actor=actor, endpoint=endpoint, state=EndpointState.PAUSED, reason=reason)
