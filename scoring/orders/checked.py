"""The last look at an order before it is stored, whichever parser it came from."""

import re
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from crm.errors import InvalidInput
from crm.identifiers.text import clean_text
from scoring.models.order import OrderStatus
from scoring.orders.flags import NO_CURRENCY
from scoring.orders.money import CENT, LARGEST
from scoring.orders.order_data import Buyer, OrderData
from scoring.orders.texts import storable

MOST_TICKETS = 2_147_483_647
LENGTHS = {
    "reference": 200,
    "platform_status": 100,
    "sales_channel": 60,
    "event_id": 200,
    "event_name": 300,
    "venue": 300,
    "discount_code": 100,
}


def check_order(order: OrderData) -> OrderData:
    """The order, fit to store: money in hundredths, texts clean and cut to their columns.

    A currency that is not even three letters becomes ISO's “no currency”, which is flagged. A
    cancelled order keeps nothing: its net is 0. Raises InvalidInput with the field at fault.
    """
    texts: dict[str, Any] = {
        name: clean_text(getattr(order, name))[:length] for name, length in LENGTHS.items()
    }
    for name in ("ordered_at", "changed_at", "event_at"):
        _check_moment(name, getattr(order, name))
    if not 0 <= order.tickets <= MOST_TICKETS:
        raise InvalidInput.field("tickets", "The number of tickets is not between 0 and 2 billion.")
    currency = clean_text(order.currency).upper()
    is_cancelled = order.status == OrderStatus.CANCELLED
    return replace(
        order,
        platform=_id("platform", order.platform, longest=40),
        external_id=_id("external_id", order.external_id, longest=200),
        currency=currency if re.fullmatch("[A-Z]{3}", currency) else NO_CURRENCY,
        gross=_money("gross", order.gross),
        refunded=_money("refunded", order.refunded),
        net=Decimal("0.00") if is_cancelled else _money("net", order.net),
        buyer=_buyer(order.buyer),
        raw=storable(dict(order.raw)),
        **texts,
    )


def _id(name: str, text: str, *, longest: int) -> str:
    value = clean_text(text)
    if not value:
        raise InvalidInput.field(name, "The order has no number or no platform.")
    if len(value) > longest:
        raise InvalidInput.field(name, f"This has at most {longest} characters.")
    return value


def _money(name: str, amount: Decimal) -> Decimal:
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise InvalidInput.field(name, "This amount is no number, or larger than can be kept.")
    return amount.quantize(CENT, ROUND_HALF_UP)


def _check_moment(name: str, moment: datetime | None) -> None:
    if moment is not None and moment.utcoffset() is None:
        raise InvalidInput.field(name, "This moment does not say in which time zone.")


def _buyer(buyer: Buyer) -> Buyer:
    return Buyer(
        external_id=clean_text(buyer.external_id),
        first_name=clean_text(buyer.first_name)[:200],
        last_name=clean_text(buyer.last_name)[:200],
        name=clean_text(buyer.name)[:300],
        email=clean_text(buyer.email)[:320],
        phone=clean_text(buyer.phone)[:100],
    )
