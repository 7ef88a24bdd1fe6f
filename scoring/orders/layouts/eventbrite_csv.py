"""Eventbrite's attendee reports, with American or British headers: one row an attendee.

The rows of one order need not stand together. An attendee who is listed twice (same number) counts
once, by the later row. Amounts are those of the row; fees in them are not the seller's.
"""

from collections.abc import Sequence
from decimal import Decimal

from scoring.models.order import OrderStatus
from scoring.orders.layouts.columns import ColumnSet, names
from scoring.orders.layouts.layout import Layout
from scoring.orders.layouts.row import Row
from scoring.orders.order_data import Buyer, OrderData
from scoring.orders.settled import settle_status, status_of_word

COLUMNS = ColumnSet(
    aliases=names(
        external_id="Order #, Order no., order number, order id",
        ordered_at="Order Date",
        first_name="First Name, buyer first name",
        last_name="Last Name, surname, buyer last name, buyer surname",
        email="Email, email address, buyer email",
        phone="Cell phone, mobile phone, phone, mobile, phone number",
        quantity="Quantity, ticket quantity",
        attendee="Attendee #, attendee no, attendee number",
        event_name="Event name, event",
        event_id="Event id",
        order_type="Order type",
        currency="Currency",
        gross="Total Paid",
        fees="Fees Paid",
        fee="Eventbrite Fees",
        processing="Eventbrite Payment Processing",
        status="Attendee Status",
        discount_code="Discount code, promo code",
    ),
    required=("external_id", "ordered_at", "email", "gross", "status"),
    may_repeat=True,
)
_FEES = ("fee", "processing")


def read_order(rows: Sequence[Row]) -> OrderData | None:
    """The order of its attendees' rows; None when one of them has problems."""
    attendees = _each_once(rows)
    read = [_Attendee(row) for row in attendees]
    first = attendees[0]
    external_id = first.require("external_id", first.id("external_id"))
    ordered_at = first.require("ordered_at", first.moment("ordered_at"))
    order = {
        "reference": external_id,
        "sales_channel": first.text("order_type", 60),
        "currency": first.currency("currency"),
        "event_id": first.id("event_id"),
        "event_name": first.text("event_name", 300),
        "discount_code": first.text("discount_code", 100),
        "buyer": _buyer(first),
    }
    if any(row.is_bad for row in rows) or ordered_at is None or not external_id:
        return None
    gross = sum((one.paid for one in read), Decimal(0))
    refunded = sum((one.paid for one in read if one.is_refunded), Decimal(0))
    return OrderData(
        platform=LAYOUT.platform,
        external_id=external_id,
        status=settle_status(_status(read), gross=gross, refunded=refunded),
        platform_status=", ".join(dict.fromkeys(one.word for one in read if one.word))[:60],
        gross=gross,
        refunded=refunded,
        net=sum((one.kept for one in read if not one.is_refunded), Decimal(0)),
        tickets=sum(one.tickets for one in read if one.is_coming),
        ordered_at=ordered_at,
        changed_at=first.options.reported_at or ordered_at,
        raw={"attendees": [row.kept() for row in attendees]},
        **order,  # type: ignore[arg-type]
    )


class _Attendee:
    """What one row adds to its order."""

    def __init__(self, row: Row) -> None:
        self.word = row.text("status", 60)
        self.status = status_of_word(self.word) if self.word else OrderStatus.COMPLETE
        self.paid = row.money("gross") or Decimal(0)
        self.tickets = row.count("quantity") or 1
        own = [row.money(key) for key in _FEES]
        paid_fees = row.money("fees")
        # "Fees Paid" is the sum of the two beside it, where the report has both.
        fees = sum((fee for fee in own if fee is not None), Decimal(0))
        self.kept = self.paid - (fees if any(fee is not None for fee in own) else paid_fees or 0)

    @property
    def is_refunded(self) -> bool:
        return self.status is OrderStatus.REFUNDED

    @property
    def is_coming(self) -> bool:
        return self.status not in (OrderStatus.REFUNDED, OrderStatus.CANCELLED)


def _each_once(rows: Sequence[Row]) -> list[Row]:
    """Attendees by their number, the later row of each; rows without a number are all meant."""
    found: dict[object, Row] = {}
    for row in rows:
        found[row.id("attendee") or row.number] = row
    return list(found.values())


def _status(attendees: Sequence[_Attendee]) -> OrderStatus:
    """The order stands while one attendee's ticket does."""
    statuses = {one.status for one in attendees}
    for status in (OrderStatus.COMPLETE, OrderStatus.PENDING, OrderStatus.UNKNOWN):
        if status in statuses:
            return status
    return OrderStatus.REFUNDED if OrderStatus.REFUNDED in statuses else OrderStatus.CANCELLED


def _buyer(row: Row) -> Buyer:
    return Buyer(
        first_name=row.name("first_name"),
        last_name=row.name("last_name"),
        email=row.text("email", 320),
        phone=row.text("phone", 100),
    )


LAYOUT = Layout(
    name="eventbrite_csv",
    label="Eventbrite attendee report",
    platform="eventbrite",
    columns=COLUMNS,
    signature=("external_id", "status"),
    dates=("ordered_at",),
    read=read_order,
    group_by="external_id",
    names_currency=True,
)
