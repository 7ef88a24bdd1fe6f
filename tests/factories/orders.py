"""Orders for tests, as a platform tells of them."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from crm.actors import Actor
from scoring.models import Order, OrderStatus
from scoring.orders.order_data import Buyer, OrderData
from scoring.services.orders import upsert_orders

ORDERED_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
_numbers = count(1)


def order_data(
    *, buyer: Buyer | None = None, gross: str = "100.00", refunded: str = "0", **values: Any
) -> OrderData:
    """A complete order of one ticket in Australian dollars; net is what was not refunded."""
    ordered_at = values.get("ordered_at", ORDERED_AT)
    given: dict[str, Any] = {
        "platform": "humanitix",
        "external_id": f"o-{next(_numbers)}",
        "status": OrderStatus.COMPLETE,
        "currency": "AUD",
        "gross": Decimal(gross),
        "refunded": Decimal(refunded),
        "net": Decimal(gross) - Decimal(refunded),
        "tickets": 1,
        "ordered_at": ordered_at,
        "changed_at": ordered_at,
        "buyer": Buyer(email="ana@example.com") if buyer is None else buyer,
    }
    return OrderData(**(given | values))


def make_order(actor: Actor, **values: Any) -> Order:
    """An order, stored by the service; see `order_data`."""
    report = upsert_orders(actor=actor, orders=[order_data(**values)])
    return Order.objects.get(pk=report.outcomes[0].order_id)
