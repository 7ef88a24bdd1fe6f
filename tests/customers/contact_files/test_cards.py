"""vCards 2.1, 3.0 and 4.0, as phones and mail programs write them."""

import io
from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.reader import open_contacts
from customers.contact_files.rows import Address, ContactRow, FileFormat
from tests.customers.contact_files.exports import open_sample


def rows_of(raw: bytes) -> list[ContactRow]:
    return list(open_contacts(io.BytesIO(raw)))


def card(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]).encode()


def test_21_with_quoted_printable_and_a_picture() -> None:
    contacts = open_sample("cards_21.vcf")
    assert contacts.file_format is FileFormat.VCARD
    (row,) = contacts
    assert (row.full_name, row.given_name, row.family_name) == (
        "Dr Jürgen Müller",
        "Jürgen",
        "Müller",
    )
    assert [(one.label, one.text, one.is_primary) for one in row.phones] == [
        ("Work", "03 9374 4000", False),
        ("Cell", "0412 345 678", True),
    ]
    assert row.addresses == (Address("1 High St", "Hobart", "TAS", "7000", "Australia"),)
    assert str(row.birthday) == "1985-03-14"
    assert row.notes == ("Line one\nLine two",)


def test_30_of_an_iphone_several_cards_and_a_broken_one() -> None:
    ana, company, broken, cut_off = open_sample("cards_30.vcf")
    assert [(one.label, one.text, one.is_primary) for one in ana.phones] == [
        ("Mobile", "+61 412 345 679", True),
        ("Home", "(02) 9374 4001", False),
    ]
    assert [(one.label, one.text) for one in ana.emails] == [("School", "ana@example.com")]
    assert (ana.notes, ana.labels) == (("Likes, golf\nand tea",), ("VIP", "Golf"))
    assert (ana.organisation, ana.job_title) == ("Harbour Golf", "Head of Sales")
    assert ana.extras[-1] == ("URL", "https://ana.example")
    assert ana.birthday is None  # a year that phones write for “no year”
    assert ana.problems[0].code == "no_year"
    assert (company.full_name, company.row_number) == ("Only A Company", 2)
    assert [one.problems[0].code for one in (broken, cut_off)] == ["broken_card", "broken_card"]


def test_40_with_uris_and_without_n() -> None:
    (row,) = open_sample("cards_40.vcf")
    assert (row.full_name, row.given_name) == ("Som Chai", "")
    assert [(one.label, one.text, one.is_primary) for one in row.phones] == [
        ("Cell", "+66-81-234-5678", True),
        ("Work", "+6622345678 ext. 12", False),
    ]
    assert row.addresses[0].city == "Bangkok"
    assert row.problems[0].code == "no_year"


def test_encodings() -> None:
    text = card("FN:Zoë Ødegård")
    for raw in (text, text.decode().encode("cp1252"), text.decode().encode("utf-16")):
        assert rows_of(raw)[0].full_name == "Zoë Ødegård"


def test_a_card_in_a_card_and_one_too_large() -> None:
    nested = card("FN:Outer", "AGENT:", "BEGIN:VCARD", "FN:Inner", "END:VCARD", "TEL:0412345678")
    (row,) = rows_of(nested)
    assert (row.full_name, len(row.phones)) == ("Outer", 1)
    (row,) = rows_of(card("FN:Ana", *["NOTE:" + "x" * 90_000] * 3))
    assert row.problems[0].code == "broken_card"
    with pytest.raises(UnreadableFile, match="no vCard"):
        rows_of(card("FN:" + "x" * 1_100_000))


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "Zs")), min_size=1, max_size=20)


@settings(max_examples=30)
@example(names=["\ufa2a"])  # a second code of a letter
@given(names=st.lists(NAMES.filter(lambda text: text.strip()), min_size=1, max_size=5))
def test_every_card_becomes_a_row(names: list[str]) -> None:
    raw = b"".join(card(f"FN:{name}", "TEL:0412345678") for name in names)
    found = rows_of(raw)
    assert [row.row_number for row in found] == list(range(1, len(names) + 1))
    # One spelling of what looks the same: some letters have two codes.
    composed = [normalize("NFC", name) for name in names]
    assert [row.full_name for row in found] == [" ".join(name.split()) for name in composed]


@settings(max_examples=50)
@given(raw=st.binary(max_size=300))
def test_no_card_breaks_the_reader(raw: bytes) -> None:
    try:
        rows = rows_of(b"BEGIN:VCARD\r\n" + raw + b"\r\nEND:VCARD\r\n")
    except UnreadableFile:
        return
    assert len(rows) >= 1
