"""Orders as the API shows them: plain dicts, because a list of two hundred must be cheap.

`OrderOut` says the same in the document; a test compares them.
"""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from scoring.models import LinkMethod, Order, OrderStatus, ReviewState


class OrderOut(serializers.Serializer[Any]):
    """One order of one platform. Money is in `currency`, a string of units such as `95.00`."""

    id = serializers.UUIDField()
    platform = serializers.CharField()
    external_id = serializers.CharField(help_text="The platform's id.")
    reference = serializers.CharField(help_text="What people read out.")
    customer_id = serializers.UUIDField(allow_null=True, help_text="Follows merges.")
    link_method = serializers.CharField(help_text=f"One of {', '.join(LinkMethod.values)}.")
    status = serializers.ChoiceField(OrderStatus.choices)
    platform_status = serializers.CharField(help_text="The platform's own word.")
    sales_channel = serializers.CharField()
    currency = serializers.CharField()
    tickets = serializers.IntegerField()
    event_id = serializers.CharField()
    event_name = serializers.CharField()
    event_at = serializers.DateTimeField(allow_null=True)
    venue = serializers.CharField()
    discount_code = serializers.CharField()
    buyer_name = serializers.CharField()
    buyer_email = serializers.CharField(help_text="As it came.")
    buyer_phone = serializers.CharField(help_text="As it came.")
    ordered_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField(help_text="The platform's time of this version.")
    review = serializers.ChoiceField(ReviewState.choices)
    review_reasons = serializers.ListField(child=serializers.CharField())
    is_counted = serializers.BooleanField(help_text="Whether the score counts it.")
    removed_at = serializers.DateTimeField(allow_null=True)
    gross = serializers.DecimalField(14, 2, help_text="What the buyer paid.")
    refunded = serializers.DecimalField(14, 2, help_text="What they got back.")
    net = serializers.DecimalField(14, 2, help_text="What the seller keeps.")
    scored_net = serializers.DecimalField(
        14, 2, allow_null=True, help_text="What the score counts; null while no rate is known."
    )
    company_currency = serializers.CharField(help_text="Of `scored_net`.")


_SHOWN = (
    "platform", "external_id", "reference", "customer_id", "link_method", "status",
    "platform_status", "sales_channel", "currency", "tickets", "event_id", "event_name",
    "event_at", "venue", "discount_code", "buyer_name", "buyer_email", "buyer_phone",
    "ordered_at", "changed_at", "review", "review_reasons", "is_counted", "removed_at",
)  # fmt: skip


def order_row(order: Order, currency: str) -> dict[str, Any]:
    """What `OrderOut` documents; `currency` is the company's."""
    return {
        "id": order.pk,
        **{name: getattr(order, name) for name in _SHOWN},
        "gross": str(order.gross),
        "refunded": str(order.refunded),
        "net": str(order.net),
        "scored_net": None if order.scored_net is None else str(order.scored_net),
        "company_currency": currency,
    }


def order_rows(orders: Sequence[Order], currency: str) -> list[dict[str, Any]]:
    """The orders of a page."""
    return [order_row(order, currency) for order in orders]
