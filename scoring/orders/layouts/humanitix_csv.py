"""Humanitix' Orders report: 43 columns, one row an order, days first, local times.

The report names no currency, no country and no time of change; the import is told them.
"""

from collections.abc import Sequence
from decimal import Decimal

from crm.tabular.date_order import DateOrder
from scoring.models.order import OrderStatus
from scoring.orders.layouts.columns import ColumnSet, names
from scoring.orders.layouts.layout import Layout
from scoring.orders.layouts.row import Row
from scoring.orders.order_data import Buyer, OrderData
from scoring.orders.settled import settle_status, status_of_word

COLUMNS = ColumnSet(
    aliases=names(
        reference="Order id",
        event_name="Event",
        event_date="Event date",
        event_time="Event time",
        first_name="First name",
        last_name="Last name",
        email="Email",
        phone="Mobile",
        ordered_at="Order date",
        money_status="Financial status",
        tickets="Valid tickets",
        sales="Ticket sales",
        add_ons="Add-on sales",
        donations="Donations",
        gross="Paid",
        refunded="Refunds",
        net="Your earnings",
        discount_code="Discount code used",
        opt_in="Marketing opt-in",
        standing="Status",
        sales_channel="Sales channel",
        external_id="Long order id",
    ),
    required=("reference", "ordered_at", "money_status", "gross"),
    may_repeat=True,
)


def read_order(rows: Sequence[Row]) -> OrderData | None:
    """The order of one row; None when the row has problems."""
    (row,) = rows
    reference = row.require("reference", row.id("reference"))
    ordered_at = row.require("ordered_at", row.moment("ordered_at"))
    gross = row.require("gross", row.money("gross"))
    refunded = row.money("refunded") or Decimal(0)
    net = _net(row, refunded)
    order = {
        "external_id": row.id("external_id") or reference,
        "reference": reference,
        "platform_status": row.text("money_status", 60),
        "sales_channel": row.text("sales_channel", 60),
        "currency": row.options.currency,
        "tickets": row.count("tickets"),
        "event_name": row.text("event_name", 300),
        "event_at": row.moment_of("event_date", "event_time"),
        "discount_code": row.text("discount_code", 100),
        "buyer": _buyer(row),
        "marketing_opt_in": row.yes_no("opt_in"),
    }
    if row.is_bad or ordered_at is None or gross is None:
        return None
    return OrderData(
        platform=LAYOUT.platform,
        status=_status(row, gross, refunded),
        gross=gross,
        refunded=refunded,
        net=gross - refunded if net is None else net,
        ordered_at=ordered_at,
        changed_at=row.options.reported_at or ordered_at,
        raw=row.kept(),
        **order,  # type: ignore[arg-type]
    )


def _net(row: Row, refunded: Decimal) -> Decimal | None:
    """What the seller earns; where the report lacks it, sales less refunds."""
    earned = row.money("net")
    if earned is not None:
        return earned
    sold = [row.money(key) for key in ("sales", "add_ons", "donations")]
    if sold[0] is None:
        return None
    return sum((amount for amount in sold if amount is not None), Decimal(0)) - refunded


def _status(row: Row, gross: Decimal, refunded: Decimal) -> OrderStatus:
    """`Status` says whether the order stands, `Financial status` what became of the money."""
    standing = row.text("standing", 60)
    if standing and status_of_word(standing) is not OrderStatus.COMPLETE:
        return status_of_word(standing)
    money = status_of_word(row.text("money_status", 60))
    return settle_status(money, gross=gross, refunded=refunded)


def _buyer(row: Row) -> Buyer:
    return Buyer(
        first_name=row.name("first_name"),
        last_name=row.name("last_name"),
        email=row.text("email", 320),
        phone=row.text("phone", 100),
    )


LAYOUT = Layout(
    name="humanitix_csv",
    label="Humanitix Orders report",
    platform="humanitix",
    columns=COLUMNS,
    signature=("reference", "money_status", "tickets"),
    dates=("ordered_at", "event_date"),
    read=read_order,
    date_order=DateOrder.DAY_FIRST,
)
