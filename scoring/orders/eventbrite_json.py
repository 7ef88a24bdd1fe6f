"""An order as Eventbrite's API gives it: `/orders/{id}/?expand=attendees,event`.

Money is in minor units (`value`); `major_value` is the same as text. `gross` is what the buyer
paid; the seller keeps `base_price`, that is gross without fees and tax. Refunds show at the
attendees: each refunded ticket takes its share away. The order has no phone; the buyer's own
profile among the attendees may have one.
"""

from decimal import Decimal

from scoring.models.order import OrderStatus
from scoring.orders.bad_value import BadOrder, BadValue
from scoring.orders.money import CENT, from_minor_units, read_currency
from scoring.orders.order_data import Buyer, OrderData
from scoring.orders.payload import Payload
from scoring.orders.settled import settle_status, status_of_word
from scoring.orders.texts import read_count, storable

PLATFORM = "eventbrite"


def read_order(content: object) -> OrderData:
    """The order, with its tickets and refunds where attendees are expanded.

    Raises BadOrder for what cannot be kept: no id, no currency, no time, no costs.
    """
    order = Payload(content)
    external_id = order.required_id("id")
    attendees = order.objects("attendees")
    currency = _currency(order)
    gross, kept = _costs(order, currency)
    status = status_of_word(order.text("status", longest=60))
    refunded, net = _after_refunds(order, attendees, status, gross=gross, kept=kept)
    ordered_at = order.required_moment("created")
    return OrderData(
        platform=PLATFORM,
        external_id=external_id,
        reference=external_id,
        status=_status(status, attendees, gross=gross, refunded=refunded),
        platform_status=order.text("status", longest=60),
        sales_channel=order.text("sales_channel", longest=60),
        currency=currency,
        gross=gross,
        refunded=refunded,
        net=net,
        tickets=sum(_tickets(attendee) for attendee in attendees if not _is_gone(attendee)),
        event_id=order.id("event_id"),
        event_name=order.text("event.name.text", longest=300),
        event_at=order.moment("event.start.utc"),
        venue=order.text("event.venue.name", longest=300),
        discount_code=order.text("promo_code", longest=100),
        ordered_at=ordered_at,
        changed_at=order.moment("changed") or ordered_at,
        buyer=_buyer(order, attendees),
        raw=storable(dict(order.content)),
    )


def _currency(order: Payload) -> str:
    for path in ("costs.gross.currency", "costs.base_price.currency", "currency"):
        currency = order.read(path, read_currency)
        if currency:
            return currency
    raise BadOrder("costs.gross.currency", "missing", "The order names no currency.")


def _amount(holder: Payload, name: str, currency: str) -> Decimal | None:
    """One of the costs, by its minor units, else by its text in units."""
    path = f"costs.{name}"
    minor = holder.read(f"{path}.value", lambda value: from_minor_units(value, currency))
    return holder.money(f"{path}.major_value") if minor is None else minor


def _costs(order: Payload, currency: str) -> tuple[Decimal, Decimal]:
    """What the buyer paid, and what of it is the seller's."""
    gross = _amount(order, "gross", currency)
    base = _amount(order, "base_price", currency)
    if gross is None:
        if base is None:
            raise BadOrder("costs.gross", "missing", "The order has no costs.")
        gross = base
    if base is not None:
        return gross, base
    parts = ("eventbrite_fee", "payment_fee", "tax")
    return gross, gross - sum(_amount(order, part, currency) or Decimal(0) for part in parts)


def _after_refunds(
    order: Payload,
    attendees: list[Payload],
    status: OrderStatus,
    *,
    gross: Decimal,
    kept: Decimal,
) -> tuple[Decimal, Decimal]:
    """What went back, and what the seller keeps."""
    gone = [attendee for attendee in attendees if attendee.value("refunded") is True]
    if status is OrderStatus.REFUNDED or (gone and len(gone) == len(attendees)):
        return gross, Decimal(0).quantize(CENT)
    refunded, lost = Decimal(0), Decimal(0)
    for attendee in gone:
        # Where a ticket has no price of its own, an even share of the order.
        currency = _currency(order)
        share = Decimal(1) / len(attendees)
        paid = _amount(attendee, "gross", currency)
        base = _amount(attendee, "base_price", currency)
        refunded += gross * share if paid is None else paid
        lost += kept * share if base is None else base
    return refunded.quantize(CENT), (kept - lost).quantize(CENT)


def _status(
    status: OrderStatus, attendees: list[Payload], *, gross: Decimal, refunded: Decimal
) -> OrderStatus:
    if status is OrderStatus.COMPLETE and attendees and all(map(_is_gone, attendees)):
        were_refunded = any(attendee.value("refunded") is True for attendee in attendees)
        return OrderStatus.REFUNDED if were_refunded else OrderStatus.CANCELLED
    return settle_status(status, gross=gross, refunded=refunded)


def _is_gone(attendee: Payload) -> bool:
    return any(attendee.value(name) is True for name in ("refunded", "cancelled"))


def _tickets(attendee: Payload) -> int:
    try:
        return read_count(attendee.value("quantity")) or 1
    except BadValue:
        return 1


def _buyer(order: Payload, attendees: list[Payload]) -> Buyer:
    email = order.text("email", longest=320)
    return Buyer(
        first_name=order.name("first_name"),
        last_name=order.name("last_name"),
        name=order.name("name"),
        email=email,
        phone=_phone(attendees, email),
    )


def _phone(attendees: list[Payload], email: str) -> str:
    """The phone of the attendee who is the buyer; a guest's phone is not the buyer's."""
    for attendee in attendees:
        is_buyer = attendee.text("profile.email", longest=320).lower() == email.lower()
        if email and is_buyer:
            phone = attendee.text("profile.cell_phone", longest=100)
            if phone:
                return phone
    return ""
