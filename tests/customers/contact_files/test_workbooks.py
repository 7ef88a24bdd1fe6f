"""Spreadsheets, and files that want to be more than they are."""

import datetime as dt
import io
import tracemalloc
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest

from crm.tabular import workbook
from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.reader import WORKBOOK, open_contacts
from customers.contact_files.rows import ContactRow, FileFormat

HEADER = ["First Name", "Last Name", "Phone", "Email", "Birthday"]
SHEET = "xl/worksheets/sheet1.xml"


def book(*rows: Iterable[Any]) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(raw: bytes, **members: bytes) -> bytes:
    """The workbook with the named members replaced: `sheet`, `texts`, `types`."""
    names = {"sheet": SHEET, "texts": "xl/sharedStrings.xml", "book": "xl/workbook.xml"}
    new = {names[key]: content for key, content in members.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as archive:
        for name in old.namelist():
            archive.writestr(name, new.get(name, old.read(name)))
    return out.getvalue()


def read(raw: bytes) -> list[ContactRow]:
    return list(open_contacts(io.BytesIO(raw)))


def refusal(raw: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(raw)
    assert refused.value.message.endswith(".")
    return refused.value.code


def test_cells_of_every_type() -> None:
    raw = book(
        HEADER,
        ["Ana", "Lim", 61412345678, "ana@example.com", dt.datetime(1985, 3, 14)],  # noqa: DTZ001 - cells have no zone
        [],
        ["Bo", None, 412345678.0, "#N/A", dt.date(1990, 1, 2)],
    )
    contacts = open_contacts(io.BytesIO(raw))
    assert (contacts.file_format, contacts.encoding) == (FileFormat.PLAIN, WORKBOOK)
    ana, bo = contacts
    assert (ana.full_name, ana.phones[0].text) == ("Ana Lim", "61412345678")
    assert str(ana.birthday) == "1985-03-14"
    assert (bo.row_number, bo.full_name, bo.phones[0].text) == (4, "Bo", "412345678")
    assert bo.emails == ()


def test_text_beyond_the_header_is_told() -> None:
    (row,) = read(book(["Name", "Phone"], ["Ana", "0412345678", "what is this"]))
    assert row.problems[0].code == "too_many_cells"


@pytest.mark.parametrize(
    "raw",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 5000,
        book(HEADER)[:-40],
        book(HEADER)[:200],
        changed(book(HEADER), sheet=b"<worksheet><sheetData><row>"),
        changed(book(HEADER), book=b"no xml"),
    ],
)
def test_broken_ones(raw: bytes) -> None:
    assert refusal(raw) == "not_workbook"


def test_a_zip_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("people.csv", "Name\nAna\n")
    assert refusal(out.getvalue()) == "not_workbook"


def test_an_empty_sheet_and_a_header_of_nothing() -> None:
    assert refusal(book()) == "empty"
    assert refusal(book(["colour", "size"], ["red", 1])) == "unknown_header"


def test_too_many_columns_and_a_cell_at_the_far_end() -> None:
    assert refusal(book([f"c{n}" for n in range(16_000)])) == "too_many_columns"
    far = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
    <dimension ref="A1:XFD1048576"/><sheetData>
    <row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>
    <row r="2"><c r="A2" t="inlineStr"><is><t>Ana</t></is></c></row>
    <row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>
    </sheetData></worksheet>"""
    contacts = iter(open_contacts(io.BytesIO(changed(book(["x"]), sheet=far))))
    assert next(contacts).full_name == "Ana"
    with pytest.raises(StopIteration):  # row 1,048,576 is behind the last row that is looked at
        next(contacts)


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert refusal(book(["Name"], ["a"], ["b"], ["c"])) == "too_many_rows"


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    bomb = changed(book(HEADER), sheet=b" " * (workbook.MOST_UNPACKED + 1))
    assert len(bomb) < 300_000
    tracemalloc.start()
    try:
        assert refusal(bomb) == "too_large"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_entities_are_not_followed() -> None:
    laughs = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
    <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
    assert refusal(changed(book(HEADER), sheet=laughs)) == "not_workbook"
