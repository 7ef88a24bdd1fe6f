"""The exports of each program, as they come."""

import io
from datetime import date

import pytest

from crm.tabular.date_order import DateOrder
from customers.contact_files.headers import MoreColumn
from customers.contact_files.reader import open_contacts
from customers.contact_files.rows import Address, FileFormat, LabelledText
from tests.customers.contact_files.exports import codes, open_sample, read_sample


@pytest.mark.parametrize(
    ("name", "file_format", "encoding", "delimiter", "rows"),
    [
        ("google_2024.csv", FileFormat.GOOGLE_2024, "utf-8-sig", ",", 5),
        ("google_old.csv", FileFormat.GOOGLE_OLD, "utf-8", ",", 2),
        ("outlook_desktop.csv", FileFormat.OUTLOOK_DESKTOP, "cp1252", ",", 2),
        ("outlook_com.csv", FileFormat.OUTLOOK_COM, "utf-8-sig", ",", 2),
        ("plain.csv", FileFormat.PLAIN, "utf-8", ",", 2),
        ("plain_semicolon.csv", FileFormat.PLAIN, "cp1252", ";", 2),
        ("utf16.csv", FileFormat.PLAIN, "utf-16", "\t", 2),
    ],
)
def test_every_file_is_recognised_and_good(name, file_format, encoding, delimiter, rows):
    contacts = open_sample(name)
    assert (contacts.file_format, contacts.encoding) == (file_format, encoding)
    assert contacts.delimiter == delimiter
    people = list(contacts)
    assert len(people) == rows
    assert not any(person.is_bad for person in people)


def test_google_2024():
    olivia, somchai, plumbing, nameless, zoe = read_sample("google_2024.csv")
    assert olivia.row_number == 2
    assert olivia.full_name == "Olivia Grace Harper"
    assert (olivia.given_name, olivia.family_name) == ("Olivia Grace", "Harper")
    assert olivia.phones == (
        LabelledText("Mobile", "0412 345 678", "Phone 1 - Value", is_primary=True),
        LabelledText("Home", "+61 2 9876 5432", "Phone 2 - Value"),
        LabelledText("Home", "02 9876 5433", "Phone 2 - Value"),
    )
    assert [(email.label, email.text) for email in olivia.emails] == [
        ("Home", "olivia.harper@example.com"),
        ("Work", "o.harper@example.net"),
        ("Work", "office@example.net"),
    ]
    assert olivia.addresses == (Address("12 Wattle St, Unit 3", "Newtown", "NSW", "2042", "AU"),)
    assert olivia.birthday == date(1988, 3, 14)
    assert olivia.notes == ("Plays on Tuesdays\nPrefers a call, after 5 pm",)
    assert olivia.labels == ("Navy", "Season ticket")
    assert olivia.extras == (("Member no.", "A-1207"),)

    assert somchai.full_name == "Khun Somchai ใจดี"
    assert (somchai.organisation, somchai.job_title) == ("Jaidee Golf", "Owner")
    assert somchai.birthday is None
    assert somchai.extras[0] == ("Birthday", "--11-05")
    assert codes(somchai) == [("Birthday", "no_year")]
    assert somchai.labels == ()

    assert (plumbing.full_name, plumbing.name_column) == ("Harbour Plumbing", "Organization Name")
    assert nameless.full_name == ""
    assert nameless.emails[0].is_primary
    assert zoe.full_name == "Zoë O’Neill Jr."
    assert zoe.addresses == (Address("The Old Mill Hobart"),)


def test_google_before_2024():
    priya, arun = read_sample("google_old.csv")
    assert (priya.full_name, priya.given_name, priya.family_name) == (
        "Priya Raman",
        "Priya",
        "Raman",
    )
    assert [(phone.label, phone.text) for phone in priya.phones] == [
        ("Mobile", "+91 81234 56789"),
        ("Home", "022 2778 1234"),
    ]
    assert priya.labels == ("Test drives",)
    assert (priya.organisation, priya.job_title) == ("Raman & Co", "Partner")
    assert arun.labels == ()
    assert codes(arun) == [("Birthday", "no_year")]


def test_outlook_for_windows():
    emma, tom = read_sample("outlook_desktop.csv", DateOrder.DAY_FIRST)
    assert emma.full_name == "Dr. Emma Whitfield"
    assert emma.job_title == "Physician"
    assert emma.birthday == date(1979, 3, 14)
    assert [address.city for address in emma.addresses] == ["York", "Leeds"]  # home first
    assert emma.addresses[0].line == "9 Elm Close, Flat 2"
    assert [(phone.label, phone.text) for phone in emma.phones] == [
        ("Business", "(01904) 555 0100"),
        ("Mobile", "07400 123456"),
    ]
    assert [email.text for email in emma.emails] == [
        "emma.whitfield@example.com",
        "clinic@example.org",
    ]
    assert emma.labels == ("Patients", "Leeds")
    assert emma.notes == ("Met at the open day.\nSend the brochure.",)
    assert emma.extras == (("Business Fax", "01904 5550101"),)
    assert tom.full_name == "Tom Bélanger"
    assert (tom.birthday, tom.extras, tom.problems) == (None, (), ())


def test_outlook_on_the_web():
    jose, ann = read_sample("outlook_com.csv", DateOrder.MONTH_FIRST)
    assert jose.full_name == "José Álvarez"
    assert jose.birthday == date(1990, 3, 14)
    assert [phone.label for phone in jose.phones] == ["Primary", "Mobile"]
    assert jose.addresses == (Address(city="Jersey City", region="NJ"),)
    assert jose.organisation == "Alvarez Landscaping"
    assert (ann.given_name, ann.family_name) == ("Ann", "")


def test_a_plain_list():
    contacts = open_sample("plain.csv", DateOrder.DAY_FIRST)
    assert contacts.not_imported == ["Loyalty level"]
    assert contacts.remarks == ["Not imported: Loyalty level."]
    jane, bob = contacts
    assert (jane.full_name, jane.given_name) == ("Smith, Jane", "")
    assert [(phone.label, phone.column) for phone in jane.phones] == [
        ("", "Phone"),
        ("Mobile", "Mobile No."),
    ]
    assert jane.birthday == date(1985, 3, 14)
    assert jane.labels == ("VIP", "golf")
    assert jane.notes == ('Said "call me"',)
    assert bob.phones[0].text == "61412345679.0"  # as the file has it; the import reads it


def test_windows_1252_is_read_and_said():
    contacts = open_sample("plain_semicolon.csv")
    assert "Windows-1252" in contacts.remarks[0]
    assert [person.full_name for person in contacts] == ["Jürgen Müller", "Ana Lima; Souza"]


def test_utf_16():
    assert [person.full_name for person in read_sample("utf16.csv")] == ["เจน สุขใจ", "王小明"]


def test_bad_rows_are_named_and_good_rows_kept():
    people = {person.row_number: person for person in read_sample("bad_rows.csv")}
    assert sorted(people) == [2, 3, 4, 5, 7, 8, 9]
    assert [number for number, person in people.items() if person.is_bad] == [3, 4, 5, 7]
    assert codes(people[3]) == [("Birthday", "too_many_cells")]
    assert codes(people[4]) == [("Email", "too_few_cells")]
    assert codes(people[5]) == [("Name", "control_characters")]
    assert codes(people[7]) == [("", "nobody")]
    assert codes(people[8]) == [("Birthday", "no_date_order")]
    assert people[8].extras == (("Birthday", "31/02/1990"),)
    assert codes(read_sample("bad_rows.csv", DateOrder.DAY_FIRST)[5]) == [("Birthday", "bad_date")]


@pytest.mark.parametrize(
    ("name", "file_format", "job"),
    [
        ("hubspot.csv", FileFormat.HUBSPOT, "CEO"),
        ("salesforce.csv", FileFormat.SALESFORCE, "CEO"),
        ("luma.csv", FileFormat.LUMA, ""),
    ],
)
def test_customer_programs_and_events(name, file_format, job):
    contacts = open_sample(name)
    assert contacts.file_format is file_format
    (row,) = contacts
    assert row.full_name in ("Ana Lim", "Ms. Ana Lim")
    assert [one.text for one in row.emails] == ["ana@example.com"]
    assert "412" in row.phones[-1].text
    assert row.job_title == job


def test_what_somebody_says_of_a_column_goes_before_its_name():
    raw = b"Who,Rang from,City,Colour\nAna,0412345678,Perth,red\n"
    choices = {0: "FULL_NAME", 1: "PHONE", 2: "IGNORED", 3: "source"}
    more = [MoreColumn("source", "Source", frozenset({"lead source"}))]
    (row,) = open_contacts(io.BytesIO(raw), choices=choices, more=more)
    assert (row.full_name, row.phones[0].text, row.addresses) == ("Ana", "0412345678", ())
    assert row.more == (("source", "red"),)
    recognised = open_contacts(io.BytesIO(b"Name,Lead Source\nAna,Fair\n"), more=more)
    assert next(iter(recognised)).more == (("source", "Fair"),)
