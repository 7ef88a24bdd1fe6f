"""CSV as RFC 4180 has it: commas, CRLF, quotes doubled; UTF-8 with the mark that Excel needs."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import Any

from crm.exports.cells import cell_text, is_number, neutral
from crm.exports.columns import Column

CHUNK = 64 * 1024  # characters


def stream_csv(columns: Sequence[Column], rows: Iterable[Any], *, zone: tzinfo) -> Iterator[bytes]:
    """The file in parts, as its rows come; memory does not grow with their number.

    Texts cannot run as formulas (`crm.exports.cells.neutral`); numbers stay numbers.
    """
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutral(column.title) for column in columns])
    for row in rows:
        writer.writerow([_cell(column.value(row), zone) for column in columns])
        if text.tell() >= CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _cell(value: Any, zone: tzinfo) -> str:
    text = cell_text(value, zone)
    # A negative amount begins with a minus and is no formula.
    return text if is_number(value) else neutral(text)
