"""Rows as NDJSON, exactly as they are kept, and as CSV, safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.timezone import is_aware

from crm.exports.cells import is_number, neutral


def ndjson(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A JSON object a line. Money and ids are texts, times ISO 8601 in UTC."""
    lines = (
        json.dumps(dict(zip(columns, map(plain, row), strict=True)), ensure_ascii=False)
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


def csv_header(columns: Sequence[str]) -> bytes:
    """The first line, with the mark that Excel needs."""
    return ("\ufeff" + ",".join(columns) + "\r\n").encode()


def csv_lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """Lines of CSV; a text that a spreadsheet would run gets an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z") if is_aware(value) else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def _cell(value: Any) -> str:
    value_or_number = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value_or_number, dict | list):
        value_or_number = json.dumps(value_or_number, ensure_ascii=False)
    text = str(value_or_number)
    return text if is_number(value) else neutral(text)
