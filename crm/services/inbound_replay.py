"""What people decide about deliveries: try again, read again, let be; and what is forgotten."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.inbox.registry import handler_of
from crm.models import DeliveryState, InboundDelivery, InboundSource
from crm.models.inbound_delivery import SETTLED
from crm.roles import Action
from crm.services.inbound_receiving import ring_for
from crm.tenancy import use_company

MOST_SELECTED = 1000
LONGEST_REASON = 500
PURGED_AT_ONCE = 2000


@transaction.atomic
def replay(*, actor: Actor, deliveries: QuerySet[InboundDelivery]) -> int:
    """Process these deliveries anew, whatever became of them; returns how many (1,000 at most).

    Handlers are idempotent, so a processed delivery may be replayed, too.
    """
    actor.require(Action.MANAGE_INBOX)
    chosen = list(
        deliveries.order_by("id")
        .select_for_update(of=("self",))
        .select_related("source")
        .defer("body", "headers", "query", "failures", "result")[:MOST_SELECTED]
    )
    audit.record_many(
        actor=actor,
        action="inbounddelivery.replayed",
        subjects={delivery: {"was": delivery.state} for delivery in chosen},
    )
    _receive_anew(InboundDelivery.objects.filter(pk__in=[delivery.pk for delivery in chosen]))
    for source in {delivery.source for delivery in chosen}:
        ring_for(actor, source)
    return len(chosen)


@transaction.atomic
def replay_dead(*, actor: Actor, source: InboundSource) -> int:
    """Give every dead delivery of a source new attempts; returns how many there were."""
    actor.require(Action.MANAGE_INBOX)
    dead = InboundDelivery.objects.filter(source=source, state=DeliveryState.DEAD)
    return _replay_of_source(actor, source, dead, "dead")


@transaction.atomic
def replay_outdated(*, actor: Actor, source: InboundSource) -> int:
    """Process again what an older version of the parser has read; returns how many there were."""
    actor.require(Action.MANAGE_INBOX)
    handler = handler_of(source.kind)
    if handler is None:
        raise Conflict(f"Nothing here handles sources of kind “{source.kind}”.")
    outdated = InboundDelivery.objects.filter(
        source=source,
        state__in=(DeliveryState.PROCESSED, DeliveryState.IGNORED),
        parser_version__lt=handler.parser_version,
    )
    return _replay_of_source(actor, source, outdated, "read by an older parser")


def _replay_of_source(
    actor: Actor, source: InboundSource, deliveries: QuerySet[InboundDelivery], which: str
) -> int:
    count = _receive_anew(deliveries)
    if count:
        audit.record(
            actor=actor,
            action="inboundsource.replayed",
            subject=source,
            new={"deliveries": count, "which": which},
        )
        ring_for(actor, source)
    return count


def _receive_anew(deliveries: QuerySet[InboundDelivery]) -> int:
    return deliveries.update(
        state=DeliveryState.RECEIVED, attempts=0, due_at=timezone.now(), error=""
    )


@transaction.atomic
def dismiss(*, actor: Actor, delivery: InboundDelivery, reason: str) -> None:
    """Decide that nothing is to be done about a delivery that failed or died."""
    actor.require(Action.MANAGE_INBOX)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput.field("reason", f"Say why, in at most {LONGEST_REASON} characters.")
    stored = InboundDelivery.objects.select_for_update().filter(pk=delivery.pk).first()
    if stored is None:
        raise NotFound
    if stored.state not in (DeliveryState.FAILED, DeliveryState.DEAD):
        raise Conflict(f"It is {stored.get_state_display().lower()}: there is nothing to dismiss.")
    old = {"state": stored.state, "error": stored.error}
    stored.state, stored.error = DeliveryState.DISMISSED, reason
    stored.save(update_fields=["state", "error"])
    audit.record(
        actor=actor,
        action="inbounddelivery.dismissed",
        subject=stored,
        old=old,
        new={"state": stored.state},
        reason=reason,
    )


def purge(*, actor: Actor) -> int:
    """Remove settled deliveries that are older than their source keeps them; returns how many.

    Dead ones stay until they are replayed or dismissed. In steps, so that no lock is held long.
    """
    removed = 0
    with use_company(actor.company.pk):
        sources = list(InboundSource.objects.all())
    for source in sources:
        while step := _purge_step(actor, source):
            removed += step
    return removed


def _purge_step(actor: Actor, source: InboundSource) -> int:
    with use_company(actor.company.pk):
        old = (
            InboundDelivery.objects.filter(
                source=source,
                state__in=SETTLED,
                received_at__lt=timezone.now() - timedelta(days=source.retention_days),
            )
            .order_by("received_at")
            .values_list("pk", flat=True)[:PURGED_AT_ONCE]
        )
        count = InboundDelivery.objects.filter(pk__in=list(old)).delete()[0]
        if count:
            audit.record(
                actor=actor,
                action="inboundsource.purged",
                subject=source,
                new={"deliveries": count},
            )
    return count
