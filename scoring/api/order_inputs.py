"""What the endpoints of orders take: filters and bodies."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from crm.api.fields import Count, Flag, Id, QueryFlag, Text
from crm.api.serializers import LONGEST_BATCH, MomentField, Strict
from scoring.models import OrderStatus
from scoring.orders.checked import MOST_TICKETS
from scoring.orders.order_data import Buyer, OrderData
from scoring.orders.settled import settle_status, status_of_word
from scoring.selectors.orders import Task


class OrderQuery(serializers.Serializer[Any]):
    """The filters of the list; days are the company's."""

    customer = serializers.UUIDField(required=False)
    platform = serializers.CharField(required=False, max_length=40)
    external_id = serializers.CharField(required=False, max_length=200)
    status = serializers.ChoiceField(OrderStatus.choices, required=False)
    task = serializers.ChoiceField(
        [task.value for task in Task],
        required=False,
        help_text="Orders that need a person: doubtful, without a customer, without a rate.",
    )
    ordered_from = serializers.DateField(required=False)
    ordered_to = serializers.DateField(required=False, help_text="This day included.")
    with_removed = QueryFlag(required=False, help_text="Also orders that were taken out.")


class NewBuyer(Strict):
    """Who bought, as typed at the platform."""

    external_id = Text(
        required=False, allow_blank=True, max_length=200, help_text="The platform's id of them."
    )
    first_name = Text(required=False, allow_blank=True, max_length=200)
    last_name = Text(required=False, allow_blank=True, max_length=200)
    name = Text(required=False, allow_blank=True, max_length=300)
    email = Text(required=False, allow_blank=True, max_length=320)
    phone = Text(required=False, allow_blank=True, max_length=100)


def _money(help_text: str, **values: Any) -> serializers.DecimalField:
    return serializers.DecimalField(14, 2, help_text=help_text, **values)


class NewOrder(Strict):
    """One version of one order. Send it again when something changes.

    An order is known by `platform` and `external_id`. The version with the later `changed_at`
    stands. What a version leaves blank stays as it is known.
    """

    platform = Text(max_length=40, help_text="Such as humanitix; your own word for your own shop.")
    external_id = Text(max_length=200)
    reference = Text(required=False, allow_blank=True, max_length=200)
    status = serializers.ChoiceField(
        OrderStatus.choices, required=False, help_text="By default read from `platform_status`."
    )
    platform_status = Text(required=False, allow_blank=True, max_length=100)
    sales_channel = Text(required=False, allow_blank=True, max_length=60)
    currency = serializers.RegexField(r"^[A-Za-z]{3}\Z", help_text="ISO 4217.")
    gross = _money("What the buyer paid, in units of the currency.")
    refunded = _money("What they got back.", required=False)
    net = _money("What the seller keeps; by default gross less refunded.", required=False)
    tickets = Count(required=False, min_value=0, max_value=MOST_TICKETS)
    event_id = Text(required=False, allow_blank=True, max_length=200)
    event_name = Text(required=False, allow_blank=True, max_length=300)
    event_at = MomentField(required=False, allow_null=True)
    venue = Text(required=False, allow_blank=True, max_length=300)
    discount_code = Text(required=False, allow_blank=True, max_length=100)
    ordered_at = MomentField()
    changed_at = MomentField(required=False, help_text="By default `ordered_at`.")
    buyer = NewBuyer(required=False)
    marketing_opt_in = Flag(
        required=False, allow_null=True, help_text="null: the buyer was not asked."
    )


class OrderBatch(Strict):
    """Up to a thousand orders."""

    orders = serializers.ListField(child=NewOrder(), min_length=1, max_length=LONGEST_BATCH)


class AnyItem(serializers.Field[Any, Any, Any, Any]):
    """Whatever stands there: each item is read by itself, so that one bad order stops no other."""

    def to_internal_value(self, data: Any) -> Any:
        """The value as it is."""
        return data


class ItemList(Strict):
    """The shape of a batch alone; `OrderBatch` is what the document says."""

    orders = serializers.ListField(
        child=AnyItem(allow_null=True), min_length=1, max_length=LONGEST_BATCH
    )


class OrderLink(Strict):
    """Whose order it is."""

    customer_id = Id()


class OrderRemoval(Strict):
    """Why the order is taken out."""

    reason = Text(max_length=500)


def order_of(values: Mapping[str, Any], raw: Any) -> OrderData:
    """The order as the service takes it; `raw` is what was sent."""
    given = dict(values)
    refunded = given.get("refunded", Decimal(0))
    status = given.pop("status", None) or status_of_word(given.get("platform_status", ""))
    return OrderData(
        **{
            "refunded": refunded,
            "net": given["gross"] - refunded,
            "changed_at": given["ordered_at"],
            **given,
            "status": settle_status(OrderStatus(status), gross=given["gross"], refunded=refunded),
            "buyer": Buyer(**given.get("buyer", {})),
            "raw": raw,
        }
    )
