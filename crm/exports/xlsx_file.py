"""XLSX: every cell has its type, so a text is never run and a phone keeps its plus sign."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from crm.exports.cells import cell_text, is_number
from crm.exports.columns import Column

CHUNK = 64 * 1024  # bytes
MOST_ROWS = 1_048_576  # of a sheet, the title row included: a limit of the format
LONGEST_TEXT = 32_767  # characters of a cell, likewise
WIDTH = 18  # characters


def stream_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    zone: tzinfo,
    rows_a_sheet: int = MOST_ROWS,
) -> Iterator[bytes]:
    """The file in parts, once its last row is written; rows pass through a temporary file.

    More rows than a sheet holds go on in the next sheet. A text longer than a cell holds is cut.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "export.xlsx"
        _write(path, directory, columns, rows, zone, rows_a_sheet)
        with path.open("rb") as written:
            while part := written.read(CHUNK):
                yield part


def _write(
    path: Path,
    directory: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    zone: tzinfo,
    rows_a_sheet: int,
) -> None:
    with Workbook(str(path), {"constant_memory": True, "tmpdir": directory}) as workbook:
        bold = workbook.add_format({"bold": True})
        formats = {
            datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
        }

        def next_sheet() -> Worksheet:
            sheet = workbook.add_worksheet()
            sheet.set_column(0, max(0, len(columns) - 1), WIDTH)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column.title[:LONGEST_TEXT], bold)
            return sheet

        sheet, line = next_sheet(), 1
        for row in rows:
            if line == rows_a_sheet:
                sheet, line = next_sheet(), 1
            for place, column in enumerate(columns):
                _write_cell(sheet, line, place, column.value(row), zone, formats)
            line += 1


def _write_cell(
    sheet: Worksheet, line: int, place: int, value: Any, zone: tzinfo, formats: dict[Any, Any]
) -> None:
    if is_number(value):
        sheet.write_number(line, place, value)
    elif isinstance(value, datetime):
        local = value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        sheet.write_datetime(line, place, local, formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats[date])
    else:
        text = cell_text(value, zone)
        if text:
            sheet.write_string(line, place, text[:LONGEST_TEXT])
