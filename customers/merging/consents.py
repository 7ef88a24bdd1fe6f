"""Consent of several records becomes that of one: the strictest wins, all histories are kept."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from crm.actors import Actor
from customers.merging.journal import Journal
from customers.merging.settlers import Nothing, Participants
from customers.models import ConsentEvent
from customers.models.merge import MoveKind

RELATION = "customers.ConsentEvent.customer"
SOURCE = "merged records"


def newest_answers(customer_ids: Collection[UUID]) -> list[ConsentEvent]:
    """The newest line of each of these customers and each channel."""
    return list(
        ConsentEvent.objects.filter(customer_id__in=customer_ids)
        .order_by("customer_id", "channel", "-happened_at", "-id")
        .distinct("customer_id", "channel")
    )


def strictest(answers: Collection[ConsentEvent]) -> dict[str, bool]:
    """What the survivor agrees to: a no of any record is a no."""
    agreed: dict[str, bool] = {}
    for one in answers:
        agreed[one.channel] = agreed.get(one.channel, True) and one.granted
    return agreed


def too_lax(answers: Collection[ConsentEvent]) -> dict[str, datetime]:
    """Channels whose newest line is a yes where some record said no, with that line's time."""
    newest: dict[str, ConsentEvent] = {}
    for one in answers:
        known = newest.get(one.channel)
        if known is None or (known.happened_at, known.pk) < (one.happened_at, one.pk):
            newest[one.channel] = one
    agreed = strictest(answers)
    return {
        channel: one.happened_at
        for channel, one in sorted(newest.items())
        if one.granted and not agreed[channel]
    }


class ConsentSettler(Nothing):
    """Adds a no where the joined ledger would say yes."""

    def before_moving(self, *, actor: Actor, journal: Journal, participants: Participants) -> None:
        """Write the lines that keep the strictest answer the newest one."""
        lax = too_lax(newest_answers(participants.ids))
        now = timezone.now()
        lines = ConsentEvent.objects.bulk_create(
            [
                ConsentEvent(
                    company=actor.company,
                    customer=participants.survivor,
                    channel=channel,
                    granted=False,
                    source=SOURCE,
                    happened_at=max(now, newest + timedelta(microseconds=1)),
                    recorded_by=actor.name[:200],
                )
                for channel, newest in lax.items()
            ]
        )
        journal.note(
            relation=RELATION,
            kind=MoveKind.CREATED,
            rows=[(line.pk, None, {"channel": line.channel, "granted": False}) for line in lines],
        )


def take_back(merge_id: UUID) -> None:
    """Remove the lines that the merge has added to the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT merge_take_back_consents(%s)", [merge_id])
