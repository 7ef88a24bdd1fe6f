"""Which of two versions of an order stands."""

from enum import StrEnum

from scoring.models.order import Order, OrderStatus
from scoring.orders.order_data import OrderData

# How final a status is: at the same moment, an order never goes back to an earlier one.
FINALITY = {
    OrderStatus.UNKNOWN: 0,
    OrderStatus.PENDING: 1,
    OrderStatus.COMPLETE: 2,
    OrderStatus.PARTLY_REFUNDED: 3,
    OrderStatus.REFUNDED: 4,
    OrderStatus.CANCELLED: 4,
}
FIGURES = ("status", "currency", "gross", "refunded", "net")
# What a version may leave unsaid: a blank is no news.
WORDS = (
    "reference",
    "platform_status",
    "sales_channel",
    "event_id",
    "event_name",
    "event_at",
    "venue",
    "discount_code",
)
BUYER = ("buyer_name", "buyer_email", "buyer_phone")
CONTENT = (*FIGURES, "tickets", "ordered_at", *WORDS, *BUYER)


class Standing(StrEnum):
    """How a version compares with what is known."""

    NEWER = "newer"
    SAME = "same"
    OLDER = "older"


def content_of(order: OrderData, known: Order) -> dict[str, object]:
    """The columns of the order as this version tells them; what it leaves blank stays."""
    told = {name: getattr(order, name) for name in (*FIGURES, "tickets", "ordered_at", *WORDS)}
    told |= {
        "buyer_name": order.buyer.full_name[:300],
        "buyer_email": order.buyer.email,
        "buyer_phone": order.buyer.phone,
    }
    for name in (*WORDS, *BUYER):
        told[name] = told[name] or getattr(known, name)
    return told


def standing_of(order: OrderData, known: Order) -> Standing:
    """The later changed time wins. At the same time, what takes back a refund loses.

    So a report that was made before a refund, and says nothing of when the order changed, does not
    undo what the platform has told since.
    """
    if order.changed_at < known.changed_at:
        return Standing.OLDER
    told = content_of(order, known)
    if all(getattr(known, name) == value for name, value in told.items()):
        return Standing.SAME
    if order.changed_at == known.changed_at and _undoes_refund(order, known):
        return Standing.OLDER
    return Standing.NEWER


def _undoes_refund(order: OrderData, known: Order) -> bool:
    less_final = FINALITY[order.status] < FINALITY[OrderStatus(known.status)]
    return less_final or order.refunded < known.refunded
