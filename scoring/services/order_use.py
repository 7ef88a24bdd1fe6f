"""Whom orders belong to: customers with orders are used (customers/services/customer_use.py)."""

from collections.abc import Collection
from uuid import UUID

from scoring.models import Order


def with_orders(ids: Collection[UUID]) -> set[UUID]:
    """Which of these customers have an order that was not removed."""
    orders = Order.objects.filter(customer_id__in=ids, removed_at__isnull=True)
    return {one for one in orders.values_list("customer_id", flat=True).distinct() if one}
