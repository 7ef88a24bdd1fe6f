"""Which columns are understood, under the names that programs and people give them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from crm.identifiers.text import clean_text, word_set
from crm.tabular.header_text import plain_header
from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.rows import FileFormat


class Part(StrEnum):
    """What a column holds of a person."""

    FULL_NAME = "full name"
    GIVEN = "first name"
    MIDDLE = "middle name"
    FAMILY = "last name"
    TITLE = "title"
    SUFFIX = "suffix"
    NICKNAME = "nickname"
    FILE_AS = "file as"
    ORGANISATION = "company"
    JOB_TITLE = "job title"
    PHONE = "phone"
    EMAIL = "e-mail"
    BIRTHDAY = "birthday"
    NOTES = "notes"
    LABELS = "tags"
    STREET = "address"
    FORMATTED = "whole address"
    CITY = "city"
    REGION = "state"
    POSTCODE = "postcode"
    COUNTRY = "country"
    EXTRA = "something else to keep"
    MORE = "for the importer"
    LABEL_OF = "label of the value beside it"
    IGNORED = "not imported"


NO_CHOICES: Mapping[int, str] = MappingProxyType({})
ADDRESS_PARTS = frozenset(
    {Part.STREET, Part.FORMATTED, Part.CITY, Part.REGION, Part.POSTCODE, Part.COUNTRY}
)
_IDENTIFYING = frozenset({Part.FULL_NAME, Part.GIVEN, Part.FAMILY, Part.PHONE, Part.EMAIL})

# Header texts as `plain_header` leaves them: lower case, words apart, no punctuation.
_ALIASES: dict[Part, str] = {
    Part.FULL_NAME: "name, full name, contact name, customer name, client name, guest name, "
    "display name, contact, customer, client",
    Part.GIVEN: "first name, firstname, given name, forename, first, fname",
    Part.MIDDLE: "middle name, middlename, additional name, middle",
    Part.FAMILY: "last name, lastname, family name, surname, last, lname",
    Part.TITLE: "title, name prefix, prefix, salutation",
    Part.SUFFIX: "suffix, name suffix",
    Part.NICKNAME: "nickname, nick name",
    Part.FILE_AS: "file as",
    Part.ORGANISATION: "company, company name, organization, organisation, organization name, "
    "organisation name, account name, associated company, business name",
    Part.JOB_TITLE: "job title, jobtitle, organization title, position",
    Part.BIRTHDAY: "birthday, birth date, birthdate, date of birth, dob",
    Part.NOTES: "notes, note, comments, comment, remarks, remark, description",
    Part.LABELS: "labels, label, tags, tag, categories, category, groups, group membership",
    Part.STREET: "address, street, street address, address line, address line 1, "
    "address line 2, address line 3, address 1, address 2, po box, "
    "address po box, postal address",
    Part.CITY: "city, town, suburb",
    Part.REGION: "state, province, county, region, state province, state region",
    Part.POSTCODE: "postcode, post code, postal code, zip, zip code, pincode, pin code, "
    "zip postal code",
    Part.COUNTRY: "country, country region",
    Part.EXTRA: "web page, website, business fax, home fax, other fax, fax, pager, anniversary, "
    "spouse, children",
}
_BY_ALIAS = {
    alias: part for part, aliases in _ALIASES.items() for alias in re.split(r",\s*", aliases)
}
_PHONE = re.compile(
    r"(?:[\w' ]+ )?(?:phone|telephone|tel|mobile|mob|cell|cellphone|mobilephone"
    r"|handphone|whats ?app)"
    r"(?: (?:no|number|num))?(?: \d+)?|contact (?:no|number)"
)
_EMAIL = re.compile(r"(?:[\w' ]+ )?(?:e mail|email)(?: \d+)?(?: (?:address|id))?(?: \d+)?")
_SAYS_NOTHING = word_set("phone telephone tel contact no num number e mail email address id")
_ADDRESS_OF = re.compile(
    r"(home|business|work|mailing|billing|shipping|other) (.+?)(?: (?P<line>\d))?"
)

# Google's numbered columns: "Phone 2 - Value", "Address 1 - Postal Code".
_NUMBERED = re.compile(r"([a-z][a-z -]*?) (\d+) - ([a-z][a-z .-]*)", re.IGNORECASE)
_NUMBERED_VALUES = {
    "phone": Part.PHONE,
    "e-mail": Part.EMAIL,
    "website": Part.EXTRA,
    "event": Part.EXTRA,
    "relation": Part.EXTRA,
    "im": Part.EXTRA,
    "custom field": Part.EXTRA,
}
_NUMBERED_DETAILS = {
    "address": {
        "formatted": Part.FORMATTED,
        "street": Part.STREET,
        "extended address": Part.STREET,
        "po box": Part.STREET,
        "city": Part.CITY,
        "region": Part.REGION,
        "postal code": Part.POSTCODE,
        "country": Part.COUNTRY,
    },
    "organization": {"name": Part.ORGANISATION, "title": Part.JOB_TITLE},
}


# What somebody may say that a column holds; the others are told by their neighbours.
CHOICES = tuple(part for part in Part if part not in (Part.MORE, Part.LABEL_OF, Part.FILE_AS))


@dataclass(frozen=True, slots=True)
class MoreColumn:
    """A column that an importer understands beyond those of a person: the source of a lead."""

    name: str
    title: str
    aliases: frozenset[str]  # as `plain_header` leaves them


@dataclass(frozen=True, slots=True)
class Column:
    position: int  # from 0
    header: str  # as the file has it, for messages
    part: Part
    label: str = ""  # "Home Phone": what the header itself says of the value
    group: str = ""  # columns that belong together: "Phone 1", "Home"


@dataclass(frozen=True)
class Header:
    """The columns of a file."""

    file_format: FileFormat
    columns: tuple[Column, ...]

    def holding(self, *parts: Part) -> list[Column]:
        if len(parts) == 1:
            return self._by_part.get(parts[0], [])
        return [column for column in self.columns if column.part in parts]

    @cached_property
    def _by_part(self) -> dict[Part, list[Column]]:
        # Asked many times a row, and an Outlook header has ninety columns.
        by_part: dict[Part, list[Column]] = {}
        for column in self.columns:
            by_part.setdefault(column.part, []).append(column)
        return by_part

    @property
    def not_imported(self) -> list[str]:
        """The headers whose cells nobody will see, for the report."""
        return [column.header for column in self.holding(Part.IGNORED) if column.header]


def read_header(
    cells: Sequence[str],
    *,
    more: Sequence[MoreColumn] = (),
    choices: Mapping[int, str] = NO_CHOICES,
    names_people: bool = True,
) -> Header:
    """The columns under these headers, by what they are called or, first, by what was chosen.

    `choices` name a Part, or one of the `more` columns, by position. Raises UnreadableFile when
    nobody could be known by them, unless `names_people` is False: somebody is still choosing.
    """
    file_format = _format_of({plain_header(cell) for cell in cells})
    columns = tuple(
        _chosen(position, cell, choices[position], more)
        if position in choices
        else _more_column(position, cell, more) or _column(position, cell, file_format)
        for position, cell in enumerate(cells)
    )
    if names_people and not any(column.part in _IDENTIFYING for column in columns):
        raise UnreadableFile("unknown_header", _what_was_expected(cells))
    return Header(file_format=file_format, columns=columns)


def _chosen(position: int, cell: str, choice: str, more: Sequence[MoreColumn]) -> Column:
    """The column as somebody wants it read. A choice that is on no list means not imported."""
    header = clean_text(cell)[:100]
    if any(one.name == choice for one in more):
        return Column(position, header, Part.MORE, label=choice)
    part = next((part for part in CHOICES if part.name == choice), Part.IGNORED)
    label = header
    if part in (Part.PHONE, Part.EMAIL):
        label = _value_label(plain_header(header))
    return Column(position, header, part, label=label)


def _more_column(position: int, cell: str, more: Sequence[MoreColumn]) -> Column | None:
    plain = plain_header(clean_text(cell)[:100])
    found = next((one for one in more if plain in one.aliases), None)
    return Column(position, clean_text(cell)[:100], Part.MORE, label=found.name) if found else None


def count_understood(cells: Sequence[str]) -> int:
    """How many of the headers are understood."""
    columns = (_column(position, cell, FileFormat.PLAIN) for position, cell in enumerate(cells))
    return sum(column.part is not Part.IGNORED for column in columns)


def _column(position: int, cell: str, file_format: FileFormat) -> Column:
    header = clean_text(cell)[:100]
    numbered = _NUMBERED.fullmatch(header)
    if numbered:
        return _numbered_column(position, header, numbered)
    plain = plain_header(header)
    if plain == "title" and file_format in (FileFormat.SALESFORCE, FileFormat.HUBSPOT):
        return Column(position, header, Part.JOB_TITLE)
    part = _BY_ALIAS.get(plain)
    if part is not None:
        return Column(position, header, part, label=header)
    if _PHONE.fullmatch(plain):
        return Column(position, header, Part.PHONE, label=_value_label(plain))
    if _EMAIL.fullmatch(plain):
        return Column(position, header, Part.EMAIL, label=_value_label(plain))
    return _address_column(position, header, plain)


def _numbered_column(position: int, header: str, numbered: re.Match[str]) -> Column:
    kind, detail = numbered[1].lower(), numbered[3].lower()
    group = f"{numbered[1]} {numbered[2]}"
    if detail in ("label", "type"):
        part = Part.LABEL_OF
    elif detail == "value":
        part = _NUMBERED_VALUES.get(kind, Part.IGNORED)
    else:
        part = _NUMBERED_DETAILS.get(kind, {}).get(detail, Part.IGNORED)
    return Column(position, header, part, group=group)


def _address_column(position: int, header: str, plain: str) -> Column:
    match = _ADDRESS_OF.fullmatch(plain)
    part = _BY_ALIAS.get(match[2]) if match else None
    if match is None or part not in ADDRESS_PARTS:
        return Column(position, header, Part.IGNORED)
    return Column(position, header, part, group=match[1])


def _value_label(plain: str) -> str:
    """ "home phone 2" to "Home": what the header says beyond that it is a phone or an e-mail."""
    words = (word for word in plain.split() if word not in _SAYS_NOTHING and not word.isdigit())
    return " ".join(words).capitalize()


def _format_of(plain: set[str]) -> FileFormat:
    if {"phone 1 label", "e mail 1 label"} & plain or {"labels", "file as"} <= plain:
        return FileFormat.GOOGLE_2024
    if {"phone 1 type", "e mail 1 type", "group membership"} & plain:
        return FileFormat.GOOGLE_OLD
    if "e mail address" in plain and "last name" in plain:
        desktop = {"business street", "e mail type", "categories"} & plain
        return FileFormat.OUTLOOK_DESKTOP if desktop else FileFormat.OUTLOOK_COM
    if "record id" in plain or {"lifecycle stage", "lifecyclestage"} & plain:
        return FileFormat.HUBSPOT
    if {"approval status", "checked in at", "ticket name"} & plain and "name" in plain:
        return FileFormat.LUMA
    if {"account name", "account owner", "mailing street", "lead id"} & plain:
        return FileFormat.SALESFORCE
    return FileFormat.PLAIN


def _what_was_expected(cells: Sequence[str]) -> str:
    seen = ", ".join(f"“{clean_text(cell)[:40]}”" for cell in cells[:12] if clean_text(cell))
    return (
        f"The first row should name the columns, but it reads: {seen}. "
        "Expected at least one of “Name”, “First Name”, “Last Name”, “Phone”, “Mobile” or “Email”; "
        "exports of Google Contacts and Outlook have them as they are."
    )
