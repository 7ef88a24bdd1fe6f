"""What a customer bought, for their timeline."""

from uuid import UUID

from django.urls import reverse

from crm.actors import Actor
from crm.roles import Action
from customers.selectors.timeline import TimelineCursor, TimelineEntry, newest_rows
from scoring.models import Order, OrderStatus, ReviewState
from scoring.orders.words import OVER, amount_words, platform_words, status_words

KIND = "order"


def order_events(
    *, actor: Actor, customer_id: UUID, before: TimelineCursor | None, limit: int
) -> list[TimelineEntry]:
    """The customer's orders that were not removed; one query."""
    if not actor.may(Action.VIEW_ORDERS):
        return []
    orders = Order.objects.filter(customer_id=customer_id, removed_at=None).defer("raw")
    newest = newest_rows(orders, kind=KIND, moment="ordered_at", before=before, limit=limit)
    return [_entry(order) for order in newest]


def _entry(order: Order) -> TimelineEntry:
    event = order.event_name or "Order"
    lines = [
        f"{amount_words(order)} · {status_words(order)}",
        f"{_tickets(order.tickets)} · {platform_words(order)}",
    ]
    return TimelineEntry(
        at=order.ordered_at,
        kind=KIND,
        id=str(order.pk),
        title=event,
        detail="\n".join(lines),
        by="",
        url=reverse("orders:order", args=[order.pk]),
        icon="ticket",
        tone=_tone(order),
    )


def _tickets(count: int) -> str:
    return "1 ticket" if count == 1 else f"{count:,} tickets"


def _tone(order: Order) -> str:
    if order.review == ReviewState.FLAGGED or order.status == OrderStatus.UNKNOWN:
        return "warn"
    return "neutral" if OrderStatus(order.status) in OVER else "success"
