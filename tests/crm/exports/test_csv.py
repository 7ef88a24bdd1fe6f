"""CSV files: readable by every program, harmless in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.exports.columns import Column, chosen_columns
from crm.exports.csv_file import CHUNK, stream_csv

SYDNEY = ZoneInfo("Australia/Sydney")
ONE = [Column("Value", itemgetter(0))]


def written(*rows: list[Any], columns: list[Column] | None = None) -> str:
    return b"".join(stream_csv(columns or ONE, rows, zone=SYDNEY)).decode("utf-8-sig")


def cell(value: Any) -> str:
    lines = list(csv.reader(io.StringIO(written([value]), newline="")))
    assert lines[0] == ["Value"]
    ((text,),) = lines[1:] or [[""]]
    return text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (Decimal("-12.50"), "-12.50"),
        (Decimal("1E+3"), "1000"),
        (-3, "-3"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 13, 30, tzinfo=UTC), "2026-03-02 00:30"),
        (["email", "sms"], "email; sms"),
        ("=1+1", "'=1+1"),
        ("+61412345678", "'+61412345678"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        (["=1", "x"], "'=1; x"),
        ("a = b", "a = b"),
        ('He said "no", then left', 'He said "no", then left'),
        ("two\r\nlines", "two\r\nlines"),
        ("ลูกค้า", "ลูกค้า"),
    ],
)
def test_what_a_cell_shows(value: Any, shown: str) -> None:
    assert cell(value) == shown


def test_the_form_of_rfc_4180_with_the_mark_for_excel() -> None:
    columns = [Column("Name", itemgetter(0)), Column("=Title", itemgetter(1))]
    raw = b"".join(stream_csv(columns, [["O'Neill, Zoë", 'a"b']], zone=SYDNEY))
    assert raw == b"\xef\xbb\xbf" + 'Name,\'=Title\r\n"O\'Neill, Zoë","a""b"\r\n'.encode()


def test_an_empty_list_has_its_titles() -> None:
    assert written() == "Value\r\n"


def test_it_is_written_as_the_rows_come() -> None:
    drawn: list[int] = []

    def rows() -> Iterator[list[Any]]:
        for number in range(1000):
            drawn.append(number)
            yield ["x" * 1000]

    parts = stream_csv(ONE, rows(), zone=SYDNEY)
    first = next(parts)
    assert len(first) < 2 * CHUNK
    assert len(drawn) < 100
    assert (first + b"".join(parts)).count(b"\r\n") == 1001


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_is_a_formula_and_every_text_comes_back(text: str) -> None:
    shown = cell(text)
    assert shown in (text, f"'{text}")
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_columns_are_chosen_from_a_closed_list() -> None:
    columns = {"a": Column("A", itemgetter(0)), "b": Column("B", itemgetter(1))}
    assert [column.title for column in chosen_columns(columns, ["b", "a"])] == ["B", "A"]
    assert [column.title for column in chosen_columns(columns, [])] == ["A", "B"]
    for names in (["a", "a"], ["password"]):
        with pytest.raises(InvalidInput):
            chosen_columns(columns, names)
