"""A contact file, opened: what it is, and its people one by one."""

from collections.abc import Iterator
from typing import BinaryIO

from crm.identifiers.text import clean_text, holds_control_characters
from crm.tabular.date_order import DateOrder
from crm.tabular.records import Record, RecordReader, detect_encoding
from crm.tabular.shape import shape_problem
from crm.tabular.unreadable import UnreadableFile
from customers.contact_files.headers import Column, Header, Part, count_understood, read_header
from customers.contact_files.person import read_person
from customers.contact_files.rows import ContactRow, FileFormat, Problem

CELL_LENGTH = 300  # characters of a cell that is not a note


class ContactFile:
    """The people of one file. It is read as it is gone through, once."""

    def __init__(
        self,
        *,
        header: Header,
        header_row: int,
        records: RecordReader,
        encoding: str,
        date_order: DateOrder | None,
    ) -> None:
        self.file_format: FileFormat = header.file_format
        self.encoding = encoding
        self.delimiter = records.delimiter
        self.header_row = header_row
        self.not_imported = header.not_imported
        self._header = header
        self._records = records
        self._date_order = date_order

    @property
    def remarks(self) -> list[str]:
        """What the person who imports should know of the file as a whole."""
        remarks = []
        if self.encoding == "cp1252":
            remarks.append(
                "The file is not in UTF-8 and was read as Windows-1252. "
                "Check names with accents, and export it as UTF-8 if they are wrong."
            )
        if self.not_imported:
            remarks.append("Not imported: " + ", ".join(self.not_imported) + ".")
        return remarks

    def __iter__(self) -> Iterator[ContactRow]:
        for record in self._records:
            yield self._row(record)

    def _row(self, record: Record) -> ContactRow:
        problem = self._shape_problem(record)
        if problem is not None:
            return ContactRow(row_number=record.row_number, problems=(problem,))
        problems = []
        cells: dict[int, str] = {}
        for column in self._header.columns:
            raw = record.cells[column.position] if column.position < len(record.cells) else ""
            code, message = _cell_problem(raw, column)
            if code:
                problems.append(Problem(record.row_number, column.header, code, message))
            cells[column.position] = clean_text(raw, keep_lines=_keeps_lines(column))
        return read_person(
            self._header,
            cells,
            row_number=record.row_number,
            date_order=self._date_order,
            problems=problems,
        )

    def _shape_problem(self, record: Record) -> Problem | None:
        """Why the cells can't be put under the headers, if they can't."""
        headers = [column.header for column in self._header.columns]
        found = shape_problem(record, headers)
        if found is None:
            return None
        return Problem(record.row_number, found.column, found.code, found.message)


def open_contacts(file: BinaryIO, *, date_order: DateOrder | None = None) -> ContactFile:
    """Open an export of Google Contacts, Outlook, HubSpot, Salesforce, or a plain CSV.

    `file` is binary and seekable, at its beginning, and belongs to the reader from here on: it
    is closed with it. `date_order` says how the
    file writes birthdays that are not ISO dates. Raises UnreadableFile, here for what is wrong
    with the file and while its rows are read for a line that can't be one.
    """
    encoding = detect_encoding(file)
    records = RecordReader(file, encoding, count_understood)
    first = next(iter(records), None)
    if first is None or first.is_broken:
        raise UnreadableFile("unknown_header", "The first row can't be read as column names.")
    return ContactFile(
        header=read_header(first.cells),
        header_row=first.row_number,
        records=records,
        encoding=encoding,
        date_order=date_order,
    )


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
