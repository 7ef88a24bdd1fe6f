"""Orders of any seller under the documented columns."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.models import OrderStatus
from scoring.orders.layouts.generic_csv import COLUMNS
from tests.scoring.orders.recorded import DAY, MONTH, PAYLOADS, entries, orders, recorded

DOCUMENT = Path(PAYLOADS).parents[1] / "docs" / "orders_csv.md"


def test_every_column() -> None:
    lena, omar, ivy = orders(recorded("orders_csv/orders.csv"))
    assert (lena.platform, lena.external_id, lena.currency) == ("box", "A-1", "AUD")
    assert (lena.gross, lena.refunded, lena.net, lena.tickets) == (120, 0, 110, 2)
    assert lena.ordered_at == datetime(2026, 3, 8, 7, 45, 10, tzinfo=UTC)
    assert lena.changed_at == datetime(2026, 3, 8, 22, 0, tzinfo=UTC)
    assert lena.event_at == datetime(2026, 4, 11, 9, 0, tzinfo=UTC)
    assert (lena.event_name, lena.venue) == ("Wine Evening", "Cellar 9")
    assert lena.marketing_opt_in is True
    assert (lena.buyer.external_id, lena.buyer.full_name) == ("c-1", "Lena Fischer")
    assert lena.raw["phone"] == "0412 345 999"
    assert (omar.status, omar.net) == (OrderStatus.PARTLY_REFUNDED, 40)
    assert (ivy.status, ivy.platform_status) == (OrderStatus.UNKNOWN, "on_hold")


@pytest.mark.parametrize(
    ("cells", "status", "figures"),
    [
        ("paid,10,,", OrderStatus.COMPLETE, (10, 0, 10)),
        (",10,,", OrderStatus.COMPLETE, (10, 0, 10)),
        (",10,4,", OrderStatus.PARTLY_REFUNDED, (10, 4, 6)),
        ("complete,10,10,0", OrderStatus.REFUNDED, (10, 10, 0)),
        ("refunded,10,,", OrderStatus.REFUNDED, (10, 10, 0)),
        ("refunded,10,9,1", OrderStatus.REFUNDED, (10, 9, 1)),
        ("cancelled,10,,", OrderStatus.CANCELLED, (10, 0, 10)),
        ("Unpaid,10,,", OrderStatus.PENDING, (10, 0, 10)),
        (",,,7.50", OrderStatus.COMPLETE, (Decimal("7.50"), 0, Decimal("7.50"))),
        (",5,9,", OrderStatus.REFUNDED, (5, 9, -4)),
    ],
)
def test_figures_complete_each_other(cells: str, status: OrderStatus, figures: object) -> None:
    header = "order_id,ordered_at,status,gross,refunded,net"
    (order,) = orders(f"{header}\n1,2026-01-01,{cells}".encode())
    assert order.status is status
    assert (order.gross, order.refunded, order.net) == figures


def test_day_first_and_month_first_are_told() -> None:
    content = recorded("orders_csv/slashed_semicolon.csv")
    assert [order.ordered_at.date().isoformat() for order in orders(content, date_order=DAY)] == [
        "2026-03-07",
        "2026-03-30",
    ]
    first, second = entries(content, date_order=MONTH)
    assert first.order is not None
    assert first.order.ordered_at.date().isoformat() == "2026-08-02"
    assert (second.problems[0].row, second.problems[0].column) == (3, "Date")
    assert {entry.problems[0].code for entry in entries(content)} == {"no_date_order"}


def test_each_bad_cell_is_named_and_good_rows_stay() -> None:
    found = entries(recorded("orders_csv/bad_rows.csv"))
    assert [
        (entry.row, entry.problems[0].column, entry.problems[0].code)
        for entry in found
        if entry.problems
    ] == [
        (2, "order_id", "missing"),
        (3, "ordered_at", "bad_date"),
        (4, "gross", "bad_money"),
        (6, "gross", "missing"),
        (7, "email", "too_many_cells"),
        (8, "gross", "too_few_cells"),
    ]
    assert [entry.order.external_id for entry in found if entry.order] == ["C-4"]


def test_the_platform_comes_from_the_row_else_from_the_person() -> None:
    content = b"order_id,ordered_at,gross,platform\n1,2026-01-01,1,Shop\n2,2026-01-01,1,\n"
    assert [order.platform for order in orders(content)] == ["shop", "box"]
    bad = entries(content, platform="")[1]
    assert bad.problems[0].code == "missing"


def test_the_documented_columns_are_those_that_are_read() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for key in COLUMNS.aliases:
        assert f"`{COLUMNS.title(key)}`" in text
