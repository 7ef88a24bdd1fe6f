"""Files as they should not be, and yet are: encodings, delimiters, headers, broken ends."""

import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.tabular.unreadable import UnreadableFile
from scoring.orders.layouts.reading import OrderFile
from tests.scoring.orders.recorded import DAY, entries, orders, recorded

PLAIN = "order_id,ordered_at,gross,name\r\n1,2026-01-01,5,Zoë\r\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.encode("cp1252"),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace("\r\n", "\n").encode(),
        PLAIN.rstrip().encode(),
        b"\r\n" + PLAIN.encode(),
        ("sep=,\r\n" + PLAIN).encode(),
    ],
)
def test_one_order_in_many_shapes(content: bytes) -> None:
    (order,) = orders(content)
    assert (order.external_id, order.gross, order.buyer.name) == ("1", 5, "Zoë")


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "empty", "empty"),
        (b"PK\x03\x04rest", "not_csv", "workbook"),
        (b"\x00" * 100, "not_text", "not a text"),
        (b"Name,Phone\nAna,1", "unknown_header", "“order_id”"),
        (b"Name,Phone\nAna,1", "unknown_header", "“Name”, “Phone”"),
        (b"Order #,Order Date,Email,Attendee Status\n1", "unknown_header", "“Total Paid”"),
        (b"order_id,ordered_at,gross,Order ID\n1", "duplicate_header", "Columns 1 and 4"),
        (b'"order_id\n1,2', "unknown_header", "order_id"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content: bytes, code: str, said: str) -> None:
    with pytest.raises(UnreadableFile) as raised:
        OrderFile(content)
    assert raised.value.code == code
    assert said in raised.value.message


def test_a_layout_can_be_chosen() -> None:
    content = recorded("humanitix/orders.csv")
    with pytest.raises(UnreadableFile, match="Eventbrite"):
        OrderFile(content, layout="eventbrite_csv")


def test_a_half_written_last_line_costs_itself_only() -> None:
    content = recorded("humanitix/orders.csv")
    cut = content[: content.rindex(b"Stripe")]
    found = entries(cut)
    assert [entry.order is not None for entry in found] == [True, True, False]
    assert found[-1].problems[0].code == "too_few_cells"


def test_a_quotation_mark_that_is_never_closed() -> None:
    good, bad = entries(
        b'order_id,ordered_at,gross\n1,2026-01-01,5\n2,"2026-01-01,5\n3,2026-01-01,5'
    )
    assert good.order is not None
    assert bad.problems[0].code == "quote_not_closed"


def test_nul_and_undecodable_letters_are_told_at_their_cell() -> None:
    nul, odd = entries(
        b"order_id,ordered_at,gross,event\n1,2026-01-01,5,A\x00B\n2,2026-01-01,5,\xef\xbf\xbd"
    )
    assert (nul.problems[0].column, nul.problems[0].code) == ("event", "control_characters")
    assert (odd.problems[0].column, odd.problems[0].code) == ("event", "undecodable")


def test_a_header_may_have_columns_of_its_own_twice() -> None:
    content = recorded("eventbrite/attendees_us.csv").replace(b"How did you hear?", b"Email")
    assert OrderFile(content).headers[-1] == "Email"


def test_an_overview_shows_rows_dates_and_what_is_ignored() -> None:
    overview = OrderFile(recorded("orders_csv/slashed_semicolon.csv")).overview()
    assert (overview.rows, overview.ambiguous_dates) == (2, ["08/03/2026", "31/03/2026"])
    assert overview.sample[0] == ["B-1", "08/03/2026", "12.00", "ana@example.com"]
    ignored = OrderFile(b"order_id,ordered_at,gross,Colour\n1,2026-01-01,5,red").overview().ignored
    assert ignored == ["Colour"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(UnreadableFile):
        OrderFile(content).overview()


HEADERS = st.sampled_from(
    [
        b"order_id,ordered_at,gross,status,email,tickets,event_at\n",
        b"Order #,Order Date,Email,Total Paid,Attendee Status,Attendee #,Quantity\n",
        b"Order id,Order date,Financial status,Paid,Status,Valid tickets,Event date\n",
    ]
)


@given(HEADERS, st.binary(max_size=200))
def test_any_rows_below_a_header_are_read_or_told(header: bytes, rest: bytes) -> None:
    try:
        found = entries(header + rest, date_order=DAY)
    except UnreadableFile:
        return
    assert all(entry.order is not None or entry.problems for entry in found)
