"""A contact file, opened: what it is, and its people one by one."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from crm.identifiers.text import clean_text, holds_control_characters
from crm.tabular.date_order import DateOrder
from crm.tabular.records import Record, RecordReader, detect_encoding
from crm.tabular.shape import shape_problem
from crm.tabular.unreadable import UnreadableFile
from crm.tabular.workbook import SIGNATURE, WorkbookReader
from customers.contact_files.cards import is_card_file, read_cards
from customers.contact_files.headers import (
    NO_CHOICES,
    Column,
    Header,
    MoreColumn,
    Part,
    count_understood,
    read_header,
)
from customers.contact_files.person import read_person
from customers.contact_files.rows import ContactRow, FileFormat, Problem

CELL_LENGTH = 300  # characters of a cell that is not a note
MOST_COLUMNS = 500
WORKBOOK = "workbook"
_START = 512  # bytes that tell a workbook and a card from a table

_NOT_UTF8 = (
    "The file is not in UTF-8 and was read as Windows-1252. "
    "Check names with accents, and export it as UTF-8 if they are wrong."
)


class TableFile:
    """People in rows under a header: CSV or a workbook."""

    def __init__(
        self,
        *,
        header: Header,
        header_row: int,
        records: Iterator[Record],
        reader: RecordReader | WorkbookReader,
        encoding: str,
        date_order: DateOrder | None,
    ) -> None:
        self.file_format: FileFormat = header.file_format
        self.encoding = encoding
        self.delimiter = reader.delimiter
        self.header_row = header_row
        self.not_imported = header.not_imported
        self.header: Header | None = header
        self._columns = header
        self._headers = [column.header for column in header.columns]
        self._records = records
        self._reader = reader  # kept as long as this is: where it goes, it closes the file
        self._date_order = date_order

    @property
    def remarks(self) -> list[str]:
        """What the person who imports should know of the file as a whole."""
        remarks = [_NOT_UTF8] if self.encoding == "cp1252" else []
        if self.not_imported:
            remarks.append("Not imported: " + ", ".join(self.not_imported) + ".")
        return remarks

    def __iter__(self) -> Iterator[ContactRow]:
        for record in self._records:
            yield self._row(record)

    def _row(self, record: Record) -> ContactRow:
        found = shape_problem(record, self._headers)
        if found is not None:
            problem = Problem(record.row_number, found.column, found.code, found.message)
            return ContactRow(row_number=record.row_number, problems=(problem,))
        return _person(self._columns, record.row_number, record.cells, self._date_order)


class CardFile:
    """People in vCards. `row_number` is the number of the card."""

    file_format = FileFormat.VCARD
    header: Header | None = None

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self.encoding = encoding
        # Kept as long as this is: where it goes, it closes the file.
        self._text = io.TextIOWrapper(file, encoding=encoding, errors="replace")

    @property
    def remarks(self) -> list[str]:
        """What the person who imports should know of the file as a whole."""
        return [_NOT_UTF8] if self.encoding == "cp1252" else []

    def __iter__(self) -> Iterator[ContactRow]:
        for card in read_cards(self._text):
            if card.header is None:
                message = "This card is damaged or too large. Export the person again."
                problem = Problem(card.number, "", "broken_card", message)
                yield ContactRow(row_number=card.number, problems=(problem,))
            else:
                yield _person(card.header, card.number, card.cells, None)


ContactFile = TableFile | CardFile


def open_contacts(
    file: BinaryIO,
    *,
    date_order: DateOrder | None = None,
    more: Sequence[MoreColumn] = (),
    choices: Mapping[int, str] = NO_CHOICES,
    names_people: bool = True,
) -> ContactFile:
    """Open an export of Google Contacts, Outlook, HubSpot, Salesforce, Luma, a phone, or a plain
    table: CSV, XLSX or vCard.

    `file` is binary and seekable, at its beginning, and belongs to the reader from here on: it
    is closed with it. `date_order` says how the file writes birthdays that are not ISO dates,
    `choices` what columns hold where somebody knows better, `more` which columns are understood
    beyond those of a person; with `names_people` False a header that names nobody is shown as well.
    Raises UnreadableFile, here for what is wrong with the file and while
    its rows are read for what can't be one.
    """
    start = file.read(_START)
    file.seek(0)
    if is_card_file(start):
        return CardFile(file, detect_encoding(file, of_cards=True))
    if start.startswith(SIGNATURE):
        encoding = WORKBOOK
        reader: RecordReader | WorkbookReader = WorkbookReader(file)
    else:
        encoding = detect_encoding(file)
        reader = RecordReader(file, encoding, count_understood)
    records = iter(reader)
    first = next(records, None)
    if first is None or first.is_broken:
        raise UnreadableFile("unknown_header", "The first row can't be read as column names.")
    if len(first.cells) > MOST_COLUMNS:
        raise UnreadableFile("too_many_columns", f"The file has more than {MOST_COLUMNS} columns.")
    return TableFile(
        header=read_header(first.cells, more=more, choices=choices, names_people=names_people),
        header_row=first.row_number,
        records=records,
        reader=reader,
        encoding=encoding,
        date_order=date_order,
    )


def _person(
    header: Header, number: int, raw_cells: Sequence[str], date_order: DateOrder | None
) -> ContactRow:
    """The person under the header; cells that can't be kept are problems."""
    problems = []
    cells: dict[int, str] = {}
    for column in header.columns:
        raw = raw_cells[column.position] if column.position < len(raw_cells) else ""
        code, message = _cell_problem(raw, column)
        if code:
            problems.append(Problem(number, column.header, code, message))
        cells[column.position] = clean_text(raw, keep_lines=_keeps_lines(column))
    return read_person(header, cells, row_number=number, date_order=date_order, problems=problems)


def _keeps_lines(column: Column) -> bool:
    return column.part in (Part.NOTES, Part.STREET, Part.FORMATTED)


def _cell_problem(raw: str, column: Column) -> tuple[str, str]:
    if column.part is Part.IGNORED:
        return "", ""
    if "\ufffd" in raw:
        return "undecodable", "Some letters of this cell can't be read. Export the file as UTF-8."
    if holds_control_characters(raw):
        return "control_characters", "This cell holds characters that can't be kept."
    if column.part is not Part.NOTES and len(raw) > CELL_LENGTH:
        return "too_long", f"This cell has more than {CELL_LENGTH} characters."
    return "", ""
