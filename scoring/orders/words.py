"""An order in words, as lists, cards and the timeline show it: net first, gross second (S1.4)."""

from decimal import Decimal

from scoring.models.order import Order, OrderStatus, ReviewState
from scoring.orders.flags import ReviewReason

PLATFORMS = {"humanitix": "Humanitix", "eventbrite": "Eventbrite"}
OVER = (OrderStatus.REFUNDED, OrderStatus.CANCELLED)


def amount_words(order: Order) -> str:
    """“95.00 AUD (gross 100.00)”; only one figure where they are the same."""
    net = _figure(order.net)
    gross = "" if order.gross == order.net else f" (gross {_figure(order.gross)})"
    return f"{net} {order.currency}{gross}"


def status_words(order: Order) -> str:
    """Where the order stands, and what keeps it from counting."""
    words = [str(OrderStatus(order.status).label)]
    if order.status == OrderStatus.UNKNOWN and order.platform_status:
        words = [f"Unknown status “{order.platform_status}”"]
    if order.removed_at is not None:
        words.append("removed")
    elif order.review == ReviewState.FLAGGED:
        words.append("to be confirmed")
    return ", ".join(words)


def reason_words(order: Order) -> list[str]:
    """What is doubtful about the order."""
    labels = dict(ReviewReason.choices)
    return [str(labels.get(code, code)) for code in order.review_reasons]


def platform_words(order: Order) -> str:
    """The platform as people call it, and the number that they read out."""
    platform = PLATFORMS.get(order.platform, order.platform)
    return f"{platform} {order.reference or order.external_id}"


def _figure(amount: Decimal) -> str:
    return f"{amount:,.2f}"
