"""Spreadsheet workbooks (XLSX): the first sheet's rows, read one by one, within bounds.

A workbook is a zip of XML. A few hostile kilobytes can unpack to gigabytes, name entities that grow
without end, or put one cell into column 16,384 of row 1,048,576; all of that is refused or passed
over before it costs memory.
"""

import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

import openpyxl

from crm.tabular.records import Record
from crm.tabular.unreadable import UnreadableFile

MOST_UNPACKED = 200 * 1024 * 1024  # bytes of the whole workbook
MOST_TEXTS = 60 * 1024 * 1024  # bytes of the shared texts, which are held in memory
MOST_COLUMNS = 500
MOST_ROWS = 250_000  # of the sheet, empty ones included
SIGNATURE = b"PK\x03\x04"
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
BROKEN = "This workbook is damaged or is no workbook. Open it and save it again as XLSX, or as CSV."


class WorkbookReader:
    """The records of the first sheet, the header first. Each going through begins anew."""

    delimiter = ""

    def __init__(self, file: BinaryIO) -> None:
        """Raises UnreadableFile: not_workbook, too_large, too_many_columns."""
        _refuse_bombs(file)
        self._sheet = _guarded(lambda: _first_sheet(file))
        header = next(self._cells(MOST_COLUMNS + 1), None)
        if header is None:
            raise UnreadableFile("empty", "The first sheet of the workbook is empty.")
        if len(header[1]) > MOST_COLUMNS:
            raise UnreadableFile(
                "too_many_columns",
                f"The first row has more than {MOST_COLUMNS} columns. Remove those that hold none "
                "of the people’s data.",
            )
        self._width = len(header[1])

    def __iter__(self) -> Iterator[Record]:
        for number, cells in self._cells(self._width + 1):
            filled = cells + [""] * (self._width - len(cells))
            yield Record(number, filled)

    def _cells(self, columns: int) -> Iterator[tuple[int, list[str]]]:
        """The numbers and the texts of the rows that hold something."""
        rows = _guarded(lambda: self._sheet.iter_rows(max_col=columns, values_only=True))
        for number in range(1, MOST_ROWS + 2):
            row = _guarded(lambda: next(rows, None))
            if row is None:
                return
            cells = [_text(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            if number > MOST_ROWS:
                raise UnreadableFile(
                    "too_many_rows",
                    f"The sheet has more than {MOST_ROWS:,} rows. Split it into several files.",
                )
            yield number, cells


def _refuse_bombs(file: BinaryIO) -> None:
    """Raise UnreadableFile for what unpacks to more than we read; openpyxl has no such bounds."""
    try:
        with zipfile.ZipFile(file) as archive:
            sizes = {one.filename: one.file_size for one in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise UnreadableFile("not_workbook", BROKEN) from None
    file.seek(0)
    if "xl/workbook.xml" not in sizes:
        raise UnreadableFile(
            "not_workbook", "This is a zip file, not a workbook. Save the sheet as XLSX or CSV."
        )
    texts = sum(size for name, size in sizes.items() if name.endswith("sharedStrings.xml"))
    if sum(sizes.values()) > MOST_UNPACKED or texts > MOST_TEXTS or len(sizes) > 10_000:
        raise UnreadableFile(
            "too_large", "The workbook unpacks to more than can be read. Save the sheet as CSV."
        )


def _first_sheet(file: BinaryIO) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that we do not read
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheet = book.worksheets[0]
    # What the file says of its own size is not to be believed.
    sheet.reset_dimensions()
    return sheet


def _guarded(step: Callable[[], Any]) -> Any:
    """Any error inside the foreign reader means that the file is broken."""
    try:
        return step()
    except UnreadableFile:
        raise
    except Exception:
        raise UnreadableFile("not_workbook", BROKEN) from None


def _text(value: Any) -> str:
    """A cell as a CSV export of the same sheet has it."""
    if value is None or value in _ERRORS:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        # Phones come as numbers: 61412345678.0, or 4.12345678E8
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else format(Decimal(repr(value)), "f")
    return str(value)
