"""Humanitix' Orders report."""

from datetime import UTC, datetime
from decimal import Decimal

from scoring.models import OrderStatus
from scoring.orders.layouts.reading import OrderFile
from tests.scoring.orders.recorded import MONTH, orders, recorded


def test_the_report_of_43_columns() -> None:
    content = recorded("humanitix/orders.csv")
    file = OrderFile(content)
    assert (file.layout.name, len(file.headers)) == ("humanitix_csv", 43)
    assert not file.overview().needs_date_order
    mia, zoe, nobody = orders(content)
    assert (mia.external_id, mia.reference) == ("65f0c2a4d1e2b30012ab34cg", "0064YQ47")
    assert (mia.gross, mia.refunded, mia.net) == (Decimal("104.99"), 50, 50)
    assert (mia.status, mia.platform_status) == (OrderStatus.PARTLY_REFUNDED, "Partially refunded")
    assert mia.ordered_at == datetime(2026, 3, 8, 7, 45, tzinfo=UTC)
    assert mia.event_at == datetime(2026, 4, 11, 9, 0, tzinfo=UTC)
    assert (mia.marketing_opt_in, mia.tickets, mia.discount_code) == (True, 1, "EARLY")
    assert (zoe.net, zoe.buyer.full_name, zoe.marketing_opt_in) == (
        Decimal("1234.50"),
        "Zoë O'Brien",
        False,
    )
    assert (nobody.buyer.email, nobody.status, nobody.gross) == ("", OrderStatus.COMPLETE, 0)


def test_columns_in_another_order_and_encoding_say_the_same() -> None:
    straight = orders(recorded("humanitix/orders.csv"))
    for one, other in zip(
        straight, orders(recorded("humanitix/orders_other_order.csv")), strict=True
    ):
        assert {**vars_of(one), "raw": None} == {**vars_of(other), "raw": None}


def vars_of(order: object) -> dict[str, object]:
    return {name: getattr(order, name) for name in order.__slots__}  # type: ignore[attr-defined]


def test_options_give_what_the_report_lacks() -> None:
    reported = datetime(2026, 3, 20, tzinfo=UTC)
    order = orders(recorded("humanitix/orders.csv"), currency="NZD", reported_at=reported)[0]
    assert (order.currency, order.changed_at) == ("NZD", reported)
    assert orders(recorded("humanitix/orders.csv"))[0].changed_at == order.ordered_at


def test_days_stay_first_unless_somebody_says_otherwise() -> None:
    content = recorded("humanitix/orders.csv").replace(b"13/03/2026", b"01/03/2026")
    content = content.replace(b"11/04/2026", b"04/11/2026")
    order = orders(content, date_order=MONTH)[0]
    assert order.ordered_at == datetime(2026, 8, 3, 8, 45, tzinfo=UTC)


def test_without_long_ids_the_short_one_serves() -> None:
    content = recorded("humanitix/orders.csv").replace(b"Long order id", b"Something else")
    assert orders(content)[0].external_id == "0064YQ47"
