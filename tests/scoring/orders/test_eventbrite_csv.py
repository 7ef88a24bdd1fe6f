"""Eventbrite's attendee reports: rows become orders."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from scoring.models import OrderStatus
from scoring.orders.layouts.reading import OrderFile
from tests.scoring.orders.recorded import DAY, MONTH, entries, orders, recorded

US, UK = "eventbrite/attendees_us.csv", "eventbrite/attendees_uk.csv"


@pytest.mark.parametrize("name", [US, UK])
def test_dates_must_be_told(name: str) -> None:
    overview = OrderFile(recorded(name)).overview()
    assert overview.layout.name == "eventbrite_csv"
    assert overview.needs_date_order


def test_rows_of_one_order_are_one_wherever_they_stand() -> None:
    asha, ben, gone = orders(recorded(US), date_order=MONTH)
    assert (asha.external_id, asha.currency, asha.tickets) == ("900001", "USD", 2)
    assert asha.ordered_at == datetime(2024, 11, 29, 11, 28, tzinfo=UTC)
    # Attendee 2 stands there twice and counts once; attendee 3 was refunded.
    assert (asha.gross, asha.refunded, asha.net) == (66, 22, 40)
    assert asha.status is OrderStatus.PARTLY_REFUNDED
    assert asha.platform_status == "Attending, Refunded"
    assert asha.buyer.phone == "(415) 555-2671"
    assert (ben.gross, ben.net, ben.buyer.full_name) == (22, 20, "Ben Okafor")
    assert (gone.status, gone.tickets) == (OrderStatus.CANCELLED, 0)
    rows = [(entry.row, entry.rows) for entry in entries(recorded(US), date_order=MONTH)]
    assert rows == [(2, 4), (3, 1), (7, 1)]


def test_british_headers_and_letters() -> None:
    zoe, tom = orders(recorded(UK), date_order=DAY, currency="GBP")
    # Without attendee numbers two equal rows are two tickets.
    assert (zoe.buyer.full_name, zoe.tickets, zoe.gross) == ("Zoë Hughes", 2, 43)
    assert (zoe.net, zoe.currency) == (Decimal("40.00"), "GBP")
    assert (tom.tickets, tom.ordered_at) == (2, datetime(2026, 9, 26, 9, 5, tzinfo=UTC))


def test_an_order_with_one_bad_row_waits_as_a_whole() -> None:
    content = recorded(US).replace(
        b"asha@example.com,1,,General,3",
        b"asha@example.com,x,,General,3",
    )
    first, second, _ = entries(content, date_order=MONTH)
    assert first.order is None
    assert [(problem.row, problem.column) for problem in first.problems] == [(6, "Quantity")]
    assert second.order is not None


def test_refunded_and_deleted_together() -> None:
    header = b"Order #,Order Date,Email,Total Paid,Attendee Status,Attendee #\n"
    rows = b"1,2026-01-01,a@x.com,10,Refunded,1\n1,2026-01-01,a@x.com,0,Deleted,2"
    (order,) = orders(header + rows)
    assert (order.status, order.gross, order.net) == (OrderStatus.REFUNDED, 10, 0)
