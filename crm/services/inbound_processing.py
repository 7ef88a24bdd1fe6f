"""Handling what was received: each delivery by itself, as often as it takes, and never forgotten.

A delivery is claimed by moving its `due_at` forward, the lease. Then its handler may ask other
systems (`fetch`, no transaction open), then `process` runs in one transaction with the outcome.
A worker that is killed anywhere in between leaves a delivery that falls due again.
"""

import logging
import random
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from crm.actors import Actor, Door, system_actor
from crm.audit import plain
from crm.errors import CrmError
from crm.inbox.handler import InboundHandler
from crm.inbox.outcomes import Done, Outcome, RetryLater, Unprocessable
from crm.inbox.registry import handler_of
from crm.models import DeliveryState, InboundDelivery
from crm.models.inbound_delivery import WAITING
from crm.tenancy import use_company

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
FAILURES_KEPT = 20
LONGEST_REASON = 500


def drain(company_id: int, *, limit: int = 100) -> int:
    """Handle the due deliveries of a company; returns how many were taken. No transaction is open.

    Each attempt is counted when it begins, so that a delivery that kills its worker dies too.
    """
    taken = 0
    while taken < limit and _handle_next(company_id):
        taken += 1
    return taken


def _handle_next(company_id: int) -> bool:
    delivery = _claim(company_id)
    if delivery is None:
        return False
    lease = delivery.due_at
    handler = handler_of(delivery.source.kind)
    actor = system_actor(
        delivery.source.company, door=Door.HOOK, name=f"source: {delivery.source.name}"
    )
    try:
        if handler is None:
            raise Unprocessable(f"Nothing here handles sources of kind {delivery.source.kind!r}.")
        if delivery.attempts > MAX_ATTEMPTS:
            raise Unprocessable("Every attempt ended without an answer: the worker was killed.")
        fetched = handler.fetch(actor, delivery)
        _finish(actor, delivery, lease, handler, fetched)
    except Exception as error:
        _put_back(company_id, delivery, lease, error)
    return True


def _claim(company_id: int) -> InboundDelivery | None:
    """Take the delivery that is due longest, for as long as the lease lasts."""
    with use_company(company_id):
        delivery = (
            InboundDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("source__company")
            .filter(state__in=WAITING, due_at__lte=timezone.now())
            .order_by("due_at", "id")
            .first()
        )
        if delivery is None:
            return None
        delivery.attempts += 1
        delivery.due_at = timezone.now() + timedelta(seconds=settings.INBOX_LEASE_SECONDS)
        delivery.save(update_fields=["attempts", "due_at"])
        return delivery


def _still_ours(delivery: InboundDelivery, lease: datetime) -> InboundDelivery | None:
    """The locked row, or None when the lease has passed on or a person decided meanwhile."""
    return (
        InboundDelivery.objects.select_for_update()
        .filter(pk=delivery.pk, state__in=WAITING, due_at=lease)
        .only("id", "company_id", "repeats", "failures")
        .first()
    )


def _finish(
    actor: Actor,
    delivery: InboundDelivery,
    lease: datetime,
    handler: InboundHandler,
    fetched: Any,
) -> None:
    with use_company(actor.company.pk):
        stored = _still_ours(delivery, lease)
        if stored is None:
            log.warning("delivery %s took longer than its lease; left to the next", delivery.pk)
            return
        with transaction.atomic():
            outcome = handler.process(actor, delivery, fetched)
        now = timezone.now()
        stored.parser_version = handler.parser_version
        stored.processed_at = now
        _write_outcome(stored, outcome)
        if handler.asks_to_look_again and stored.repeats != delivery.repeats:
            # It was asked for again while we were looking: what we saw may be the old state.
            stored.state, stored.attempts, stored.due_at = DeliveryState.RECEIVED, 0, now
        stored.save(
            update_fields=[
                *("parser_version", "processed_at", "state", "error", "result", "attempts"),
                "due_at",
            ]
        )


def _write_outcome(stored: InboundDelivery, outcome: Outcome) -> None:
    if isinstance(outcome, Done):
        stored.state, stored.error = DeliveryState.PROCESSED, ""
        stored.result = plain(outcome.result)
    else:
        stored.state, stored.error = DeliveryState.IGNORED, _storable(outcome.reason)
        stored.result = {}


def _put_back(
    company_id: int, delivery: InboundDelivery, lease: datetime, error: Exception
) -> None:
    """Note why it failed; try again after a pause, or never when that cannot help."""
    with use_company(company_id):
        stored = _still_ours(delivery, lease)
        if stored is None:
            return
        now = timezone.now()
        stored.error = reason_of(error)
        failure = {"at": plain(now), "attempt": delivery.attempts, "error": stored.error}
        stored.failures = [*stored.failures, failure][-FAILURES_KEPT:]
        if isinstance(error, Unprocessable) or delivery.attempts >= MAX_ATTEMPTS:
            stored.state = DeliveryState.DEAD
            log.error("delivery %s is dead (%s)", delivery.pk, type(error).__name__)
        else:
            stored.state = DeliveryState.FAILED
            after = error.after if isinstance(error, RetryLater) else None
            stored.due_at = now + (after or pause(delivery.attempts))
        stored.save(update_fields=["error", "failures", "state", "due_at"])


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, up to an hour, spread by a quarter."""
    longest = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    return longest * random.uniform(0.75, 1)  # noqa: S311 - spreads retries, guards nothing


def reason_of(error: Exception) -> str:
    """What may be kept of an error: reasons that handlers wrote, and names of classes.

    Other messages can quote personal data.
    """
    if isinstance(error, RetryLater | Unprocessable):
        return _storable(error.reason) or type(error).__name__
    if isinstance(error, CrmError):
        return f"{type(error).__name__} ({error.code})"
    state = getattr(error.__cause__, "sqlstate", None)
    return type(error).__name__ + (f" (SQLSTATE {state})" if state else "")


def _storable(reason: str) -> str:
    """A handler's reason as PostgreSQL takes it: a reason that cannot be stored loses the row."""
    return reason.replace("\x00", "").encode(errors="replace").decode()[:LONGEST_REASON]
