"""Orders of any other seller, under the documented columns (docs/orders_csv.md)."""

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
        order_id="order_id, order, order no, order number, order nr, id, external id, "
        "transaction id",
        reference="reference, order name, order reference, readable id",
        ordered_at="ordered_at, order date, date, created at, created, purchase date, placed at",
        changed_at="changed_at, updated at, changed, updated, last modified, modified at",
        platform="platform, source, seller",
        status="status, order status, financial status, state",
        sales_channel="sales_channel, channel",
        currency="currency, currency code",
        gross="gross, total, gross amount, amount, paid, total paid, order total",
        refunded="refunded, refunds, refund, refund amount, refunded amount",
        net="net, net amount, net sales, earnings",
        tickets="tickets, ticket count, quantity, qty, items",
        event_id="event_id",
        event_name="event, event name, product",
        event_at="event_at, event date, event start",
        venue="venue, location",
        discount_code="discount_code, coupon, promo code, voucher",
        email="email, e mail, buyer email, customer email, email address, e mail address",
        phone="phone, mobile, buyer phone, customer phone, phone number, mobile number, cell phone",
        first_name="first_name, given name",
        last_name="last_name, family name, surname",
        name="name, buyer, buyer name, customer, customer name, full name",
        buyer_id="buyer_id, customer id, user id",
        opt_in="marketing_opt_in, opt in, newsletter",
    ),
    required=("order_id", "ordered_at"),
    one_of=(("gross", "net"),),
)


def read_order(rows: Sequence[Row]) -> OrderData | None:
    """The order of one row; None when the row has problems."""
    (row,) = rows
    external_id = row.require("order_id", row.id("order_id"))
    ordered_at = row.require("ordered_at", row.moment("ordered_at"))
    changed_at = row.moment("changed_at")
    gross, refunded, net = row.money("gross"), row.money("refunded"), row.money("net")
    if gross is None and net is None and not row.is_bad:
        row.tell("gross" if row.has("gross") else "net", "missing", "The row has no amount.")
    platform = _platform(row)
    word = row.text("status", 60)
    order = {
        "reference": row.text("reference", 200),
        "platform_status": word,
        "sales_channel": row.text("sales_channel", 60),
        "currency": row.currency("currency"),
        "tickets": row.count("tickets"),
        "event_id": row.id("event_id"),
        "event_name": row.text("event_name", 300),
        "event_at": row.moment("event_at"),
        "venue": row.text("venue", 300),
        "discount_code": row.text("discount_code", 100),
        "buyer": _buyer(row),
        "marketing_opt_in": row.yes_no("opt_in"),
    }
    if row.is_bad or not external_id or ordered_at is None:
        return None
    status = status_of_word(word) if word else OrderStatus.COMPLETE
    if status is OrderStatus.REFUNDED and refunded is None:
        refunded = gross if gross is not None else net
        net = Decimal(0) if not row.has("net") or gross is None else net
    refunded = refunded or Decimal(0)
    gross = gross if gross is not None else (net or Decimal(0)) + refunded
    return OrderData(
        platform=platform,
        external_id=external_id,
        status=settle_status(status, gross=gross, refunded=refunded),
        gross=gross,
        refunded=refunded,
        net=gross - refunded if net is None else net,
        ordered_at=ordered_at,
        changed_at=changed_at or row.options.reported_at or ordered_at,
        raw=row.kept(),
        **order,  # type: ignore[arg-type]
    )


def _platform(row: Row) -> str:
    platform = row.text("platform", 40).lower() or row.options.platform
    if not platform:
        row.tell("platform", "missing", "Name the platform: the file does not say it.")
    return platform


def _buyer(row: Row) -> Buyer:
    return Buyer(
        external_id=row.id("buyer_id"),
        first_name=row.name("first_name"),
        last_name=row.name("last_name"),
        name=row.name("name"),
        email=row.text("email", 320),
        phone=row.text("phone", 100),
    )


LAYOUT = Layout(
    name="generic_csv",
    label="Orders CSV",
    platform="",
    columns=COLUMNS,
    signature=("order_id", "ordered_at"),
    dates=("ordered_at", "changed_at", "event_at"),
    read=read_order,
    names_currency=True,
)
