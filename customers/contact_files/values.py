"""Cells to values: several in one cell, labels, dates, long notes."""

import re
from datetime import UTC, date, datetime

from crm.tabular.date_order import DateOrder
from customers.contact_files.rows import FileFormat

NOTE_LENGTH = 4000  # characters of one note in the CRM
VALUE_LABEL_LENGTH = 40  # characters of the label of a phone or an e-mail
LABEL_LENGTH = 60  # characters of one tag in the CRM
_SEVERAL = re.compile(r"\s*:::\s*")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+Z?)?")
_ORDERED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: 0?0:00(?::00)?)?")
_WITHOUT_YEAR = re.compile(r"--(\d{1,2})-(\d{1,2})")
_NO_DATE = frozenset({"0/0/00", "0/0/0000", "00/00/0000", "0000-00-00"})  # Outlook's "none"
# Phones store a birthday without its year under a leap year long ago.
_YEAR_OF_NO_YEAR = 1604
_OLDEST_YEAR = 1900


class BadDate(ValueError):
    """A birthday that is not taken; codes: no_date_order, bad_date, no_year."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def is_no_date(cell: str) -> bool:
    """Whether it is what Outlook writes for an anniversary or birthday that is not known."""
    return cell in _NO_DATE


def split_several(cell: str) -> list[str]:
    """The values that Google joins by " ::: "."""
    return [value for value in _SEVERAL.split(cell.strip()) if value]


def read_value_label(label: str) -> tuple[str, bool]:
    """A label and whether it marks the primary value: "* Work" is Work, primary."""
    text = label.strip()
    return text.removeprefix("*").strip(), text.startswith("*")


def read_labels(cell: str, file_format: FileFormat) -> list[str]:
    """The person's tags, without the groups that the program itself keeps ("* myContacts")."""
    if file_format in (FileFormat.GOOGLE_2024, FileFormat.GOOGLE_OLD):
        found = [label for label in split_several(cell) if not label.startswith("*")]
    else:
        found = [label.strip() for label in re.split(r":::|[;,|]", cell)]
    return list(dict.fromkeys(label for label in found if label))


def read_birthday(cell: str, order: DateOrder | None) -> date | None:
    """The date; None where the cell says there is none. Raises BadDate."""
    if is_no_date(cell) or not cell:
        return None
    if _WITHOUT_YEAR.fullmatch(cell):
        raise BadDate("no_year", "The birthday has no year; it is kept as a note.")
    iso = _ISO.fullmatch(cell)
    if iso:
        return _checked(int(iso[1]), int(iso[2]), int(iso[3]))
    ordered = _ORDERED.fullmatch(cell)
    if ordered is None:
        raise BadDate("bad_date", "This is not a date such as 1990-03-14; it is kept as a note.")
    if order is None:
        raise BadDate(
            "no_date_order",
            "Say whether dates are D/M/Y or M/D/Y; until then this one is kept as a note.",
        )
    first, second, year = int(ordered[1]), int(ordered[2]), int(ordered[3])
    if order is DateOrder.DAY_FIRST:
        return _checked(year, second, first)
    return _checked(year, first, second)


def split_note(text: str) -> list[str]:
    """The note in pieces that each fit, cut at a line end or a space where there is one."""
    pieces = []
    rest = text.strip()
    while len(rest) > NOTE_LENGTH:
        window = rest[:NOTE_LENGTH]
        cut = max(window.rfind("\n"), window.rfind(" "))
        cut = cut if cut > NOTE_LENGTH // 2 else NOTE_LENGTH
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _checked(year: int, month: int, day: int) -> date:
    if year == _YEAR_OF_NO_YEAR:
        raise BadDate("no_year", "The birthday has no year; it is kept as a note.")
    try:
        birthday = date(year, month, day)
    except ValueError as error:
        raise BadDate(
            "bad_date",
            "There is no such day. Check whether the file writes dates D/M/Y or M/D/Y. "
            "It is kept as a note.",
        ) from error
    if year < _OLDEST_YEAR or birthday > datetime.now(tz=UTC).date():
        raise BadDate("bad_date", "Nobody alive was born then; it is kept as a note.")
    return birthday
