"""Orders put straight into their table, where a test needs their figures and not how they came."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from customers.models import Customer
from scoring.models import Order, OrderStatus

_numbers = count(1)


def place_order(
    customer: Customer, *, net: str | int = "100", at: datetime | None = None, **values: Any
) -> Order:
    """A complete order of the customer, in the company's currency unless `values` say else."""
    amount = Decimal(net)
    at = at or timezone.now()
    company = customer.company
    given: dict[str, Any] = {
        "platform": "humanitix",
        "external_id": f"order-{next(_numbers)}",
        "buyer_name": customer.full_name,
        "status": OrderStatus.COMPLETE,
        "currency": company.currency,
        "gross": amount,
        "net": amount,
        "scored_net": amount,
        "tickets": 1,
        "event_name": "Harvest Festival",
        "ordered_at": at,
        "changed_at": at,
    }
    return Order.objects.create(company=company, customer=customer, **(given | values))
