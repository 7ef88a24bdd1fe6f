"""Files as they should not be, and yet are: encodings, delimiters, headers, broken rows."""

import codecs
import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.identifiers.text import clean_text
from crm.tabular.date_order import DateOrder
from crm.tabular.records import MAX_LINE
from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.reader import open_contacts
from customers.contact_files.rows import FileFormat
from tests.customers.contact_files.exports import codes, read_bytes


@pytest.mark.parametrize(
    "raw",
    [
        "Name,Phone\nZoë,1\n".encode(),
        codecs.BOM_UTF8 + "Name,Phone\r\nZoë,1\r\n".encode(),
        "Name,Phone\rZoë,1\r".encode(),
        "Name,Phone\nZoë,1".encode("cp1252"),
        codecs.BOM_UTF16_LE + "Name\tPhone\r\nZoë\t1".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "Name,Phone\r\nZoë,1".encode("utf-16-be"),
        "sep=;\nName;Phone\nZoë;1\n".encode(),
        "Name|Phone\nZoë|1\n".encode(),
        '"Name", "Phone"\n"Zoë", "1"\n'.encode(),
        "Name,Phone,,\nZoë,1,,\n".encode(),
        "Name,Phone\nZoë,1,,,\n".encode(),
    ],
)
def test_one_person_in_many_shapes(raw):
    (person,) = read_bytes(raw)
    assert (person.row_number, person.full_name) == (2, "Zoë")
    assert person.phones[0].text == "1"
    assert person.problems == ()


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("First Name", "given_name"),
        ("FirstName", "given_name"),
        ("first_name", "given_name"),
        ("firstname", "given_name"),
        ("GIVEN NAME:", "given_name"),
        ("Surname", "family_name"),
        ("Full name", "full_name"),
        ("Customer Name", "full_name"),
    ],
)
def test_names_of_columns(header, part):
    (person,) = read_bytes(f"{header},Phone\nJane,1\n")
    assert getattr(person, part) == "Jane"


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("Phone", ""),
        ("Phone Number", ""),
        ("Contact No.", ""),
        ("Telephone", ""),
        ("MobilePhone", "Mobile"),
        ("Mobile Phone Number", "Mobile"),
        ("phone_number", ""),
        ("Home Phone 2", "Home"),
        ("WhatsApp", "Whats app"),
        ("whatsapp number", "Whatsapp"),
    ],
)
def test_phone_columns(header, label):
    (person,) = read_bytes(f"Name,{header}\nJane,0412\n")
    assert [(phone.label, phone.text) for phone in person.phones] == [(label, "0412")]


@pytest.mark.parametrize(
    ("header", "file_format"),
    [
        ("Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage", FileFormat.HUBSPOT),
        ("Salutation,First Name,Last Name,Title,Mailing Street,Phone,Email,Account Name",
         FileFormat.SALESFORCE),
        ("Lead ID,FirstName,LastName,Email,Phone,Company,LeadSource,Status",
         FileFormat.SALESFORCE),
        ("name,first_name,last_name,email,phone_number,created_at", FileFormat.PLAIN),
    ],
)  # fmt: skip
def test_other_programs(header, file_format):
    contacts = open_contacts(io.BytesIO((header + "\n").encode()))
    assert contacts.file_format == file_format
    assert list(contacts) == []


def test_a_title_that_is_a_job_is_no_part_of_the_name():
    (person,) = read_bytes("Title,First Name,Last Name,Phone\nHead of Sales,Jane,Smith,1\n")
    assert (person.full_name, person.job_title) == ("Jane Smith", "Head of Sales")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"PK\x03\x04rest of a workbook", "not_workbook"),
        (b"%PDF-1.7", "not_csv"),
        ("Name,Phone\nZoe,1".encode("utf-16-le"), "not_text"),
        (b"colour,size\nred,1\n", "unknown_header"),
        (b"Jane Smith,0412 345 678\n", "unknown_header"),
        (b"x" * 200_000, "unknown_header"),
        (b"x" * (MAX_LINE + 1), "line_too_long"),
    ],
)
def test_files_that_are_refused(raw, code):
    with pytest.raises(UnreadableFile) as refused:
        read_bytes(raw)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_an_unknown_header_says_what_was_seen_and_expected():
    with pytest.raises(UnreadableFile) as refused:
        read_bytes("colour,size\nred,1\n")
    assert "“colour”, “size”" in refused.value.message
    assert "“First Name”" in refused.value.message


def test_row_numbers_are_those_of_a_spreadsheet():
    rows = read_bytes('\nName,Notes\n"Ann","two\nlines"\n\n,\nBob,\n')
    assert [(row.row_number, row.full_name) for row in rows] == [(3, "Ann"), (6, "Bob")]


def test_a_quotation_mark_that_is_never_closed_is_named():
    swallowed = read_bytes('Name,Notes,Phone\nAnn,fine,1\nBob,"never closed,2\nCid,lost,3\n')
    assert codes(swallowed[1]) == [("", "quote_not_closed")]
    long = read_bytes('Name,Notes,Phone\nBob,"open,2\n' + "Cid,lost,3\n" * 20_000)
    assert codes(long[0]) == [("", "quote_not_closed")]
    assert long[-1].row_number == 20_002


def test_letters_that_can_not_be_read_are_an_error_of_their_row():
    raw = codecs.BOM_UTF8 + b"Name,Phone\nCaf\xc3,1\nAnn,2\n"
    broken, ann = read_bytes(raw)
    assert codes(broken) == [("Name", "undecodable")]
    assert not ann.is_bad


def test_long_cells():
    (row,) = read_bytes(f"Name,Phone,Notes\n{'x' * 301},1,{'word ' * 2000}\n")
    assert codes(row) == [("Name", "too_long")]
    assert [len(note) <= 4000 for note in row.notes] == [True, True, True]
    assert " ".join(row.notes).split() == ["word"] * 2000
    (tagged,) = read_bytes(f"Name,Tags\nAnn,{'t' * 61};golf\n")
    assert codes(tagged) == [("Tags", "tag_too_long")]
    assert (tagged.is_bad, tagged.labels) == (False, ("golf",))


@pytest.mark.parametrize(
    ("cell", "order", "birthday", "code"),
    [
        ("1990-03-04", None, date(1990, 3, 4), None),
        ("1990-03-04T00:00:00", None, date(1990, 3, 4), None),
        ("03/04/1990", DateOrder.DAY_FIRST, date(1990, 4, 3), None),
        ("03/04/1990", DateOrder.MONTH_FIRST, date(1990, 3, 4), None),
        ("3.4.1990", DateOrder.DAY_FIRST, date(1990, 4, 3), None),
        ("0/0/00", None, None, None),
        ("", None, None, None),
        ("03/04/1990", None, None, "no_date_order"),
        ("03/14/1990", DateOrder.DAY_FIRST, None, "bad_date"),
        ("03/04/90", DateOrder.DAY_FIRST, None, "bad_date"),
        ("14/03/2533", DateOrder.DAY_FIRST, None, "bad_date"),  # a Buddhist year
        ("1604-03-14", None, None, "no_year"),
        ("--03-14", None, None, "no_year"),
        ("next week", None, None, "bad_date"),
    ],
)
def test_birthdays(cell, order, birthday, code):
    (row,) = read_bytes(f"Name,Birthday\nAnn,{cell}\n", order)
    assert row.birthday == birthday
    assert [problem.code for problem in row.problems] == ([code] if code else [])
    assert row.extras == ((("Birthday", cell),) if code else ())
    assert not row.is_bad


cell_text = st.text(
    st.characters(codec="utf-8", exclude_characters="\ufffd", exclude_categories=["Cc", "Cs"]),
    max_size=40,
)


@given(
    st.lists(st.tuples(cell_text, cell_text, cell_text), max_size=20),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_is_written_is_read_back(people, delimiter, line_end, encoding):
    written = io.StringIO(newline="")
    writer = csv.writer(
        written, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL
    )
    writer.writerow(["Name", "City", "Company"])
    writer.writerows(people)
    rows = read_bytes(written.getvalue().encode(encoding))
    expected = [
        (number, tuple(clean_text(cell) for cell in cells))
        for number, cells in enumerate(people, start=2)
        if any(cell.strip() for cell in cells)
    ]
    assert [row.row_number for row in rows] == [number for number, _ in expected]
    for row, (_, (name, city, company)) in zip(rows, expected, strict=True):
        assert row.full_name == (name or company)
        assert (row.addresses[0].city if row.addresses else "") == city
        assert row.organisation == company


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_one_kind_of_error(raw):
    for content in (raw, b"Name,Phone\n" + raw):
        try:
            rows = read_bytes(content)
        except UnreadableFile:
            continue
        assert all(row.row_number >= 1 for row in rows)
