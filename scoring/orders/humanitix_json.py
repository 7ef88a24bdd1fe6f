"""An order as Humanitix' API gives it (OpenAPI document 1.21.0).

Money is in units, as floats. `purchaseTotals` are the figures at the purchase, `totals` those after
refunds. Buyer's name, e-mail and mobile are optional; the mobile is written as at home, and
`location` says whose home that is. Unknown values of every enumeration are kept.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crm.identifiers.invalid import InvalidPhone
from crm.identifiers.phones import parse_phone
from scoring.models.order import OrderStatus
from scoring.orders.bad_value import BadOrder
from scoring.orders.money import read_currency
from scoring.orders.order_data import Buyer, OrderData
from scoring.orders.payload import Payload
from scoring.orders.settled import settle_status, status_of_word
from scoring.orders.texts import read_yes_no, storable

PLATFORM = "humanitix"


def read_order(
    content: object,
    *,
    event: Mapping[str, Any] | None = None,
    tickets: Sequence[Mapping[str, Any]] = (),
) -> OrderData:
    """The order; `event` and `tickets` are the objects of the same API that belong to it.

    Raises BadOrder for what cannot be kept: no id, no currency, no time, no figures.
    """
    order = Payload(content)
    external_id = order.required_id("_id")
    gross, refunded, net = _figures(order)
    platform_status = order.text("financialStatus", longest=60)
    happening = Payload(event or {})
    changed_at = order.required_moment("updatedAt", "createdAt")
    return OrderData(
        platform=PLATFORM,
        external_id=external_id,
        reference=order.text("orderName", longest=200),
        status=_status(order, gross, refunded),
        platform_status=platform_status or order.text("status", longest=60),
        sales_channel=order.text("salesChannel", longest=60),
        currency=_currency(order),
        gross=gross,
        refunded=refunded,
        net=net,
        tickets=sum(
            Payload(ticket).text("status", longest=40) != "cancelled" for ticket in tickets
        ),
        event_id=order.id("eventId"),
        event_name=happening.text("name", longest=300),
        event_at=happening.moment("startDate"),
        venue=happening.text("eventLocation.venueName", longest=300),
        discount_code=order.text("discounts.discountCode.code", longest=100),
        ordered_at=order.required_moment("completedAt", "createdAt"),
        changed_at=changed_at,
        buyer=_buyer(order),
        marketing_opt_in=read_yes_no(order.value("organiserMailListOptIn")),
        raw=storable(dict(order.content)),
    )


def _currency(order: Payload) -> str:
    currency = order.read("currency", read_currency)
    if not currency:
        raise BadOrder("currency", "missing", "The order names no currency.")
    return currency


def _figures(order: Payload) -> tuple[Decimal, Decimal, Decimal]:
    """What was paid, what went back, what the seller keeps."""
    gross = order.money("purchaseTotals.total", "purchaseTotals.grossSales", "totals.grossSales")
    refunded = order.money("totals.refunds", "purchaseTotals.refunds") or Decimal(0)
    net = order.money("totals.netSales")
    if net is None and (sold := order.money("purchaseTotals.netSales")) is not None:
        net = sold - refunded
    if gross is None and net is not None:
        gross = net + refunded
    if gross is None and order.text("financialStatus", longest=60).lower() == "free":
        gross = Decimal(0)
    if gross is None:
        raise BadOrder("totals", "missing", "The order has no totals.")
    return gross, refunded, gross - refunded if net is None else net


def _status(order: Payload, gross: Decimal, refunded: Decimal) -> OrderStatus:
    """`status` says whether the order stands, `financialStatus` what became of the money."""
    standing = status_of_word(order.text("status", longest=60))
    if standing is not OrderStatus.COMPLETE:
        return standing
    money = status_of_word(order.text("financialStatus", longest=60))
    return settle_status(money, gross=gross, refunded=refunded)


def _buyer(order: Payload) -> Buyer:
    return Buyer(
        first_name=order.name("firstName"),
        last_name=order.name("lastName"),
        email=order.text("email", longest=320),
        phone=_phone(order),
    )


def _phone(order: Payload) -> str:
    """With its country code where `location` makes a whole number of it; else as typed."""
    typed = order.text("mobile", longest=100)
    region = order.text("location", longest=2).upper()
    try:
        return parse_phone(typed, regions=[region]).e164 if typed and region else typed
    except InvalidPhone:
        return typed
