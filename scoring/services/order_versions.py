"""The values of an order as an import found them, so that it can be undone."""

from collections.abc import Mapping
from typing import Any

from crm.audit import plain
from scoring.models import Order

VERSIONED = (
    "reference",
    "customer_id",
    "link_method",
    "buyer_name",
    "buyer_email",
    "buyer_phone",
    "buyer_email_key",
    "buyer_phone_key",
    "status",
    "platform_status",
    "sales_channel",
    "currency",
    "gross",
    "refunded",
    "net",
    "scored_gross",
    "scored_net",
    "tickets",
    "event_id",
    "event_name",
    "event_at",
    "venue",
    "discount_code",
    "ordered_at",
    "changed_at",
    "review",
    "review_reasons",
    "removed_at",
    "removed_by",
    "raw",
)


def values_of(order: Order) -> dict[str, Any]:
    """All that a version may change, as JSON keeps it."""
    return {name: plain(getattr(order, name)) for name in VERSIONED}


def set_values(order: Order, values: Mapping[str, Any]) -> None:
    """Put the values of `values_of` back into the record; the caller saves it."""
    for name in VERSIONED:
        if name in values:
            field: Any = order._meta.get_field("customer" if name == "customer_id" else name)
            setattr(order, name, field.to_python(values[name]))
