"""Exports of older link tables: `crm_customer_mapping` and `vip_customer_data`, as CSV or JSON.

Both keep a link with a copy of the customer (`crm_customer_data`). The copy is only compared and,
where the customer has vanished, used to find them again; it is not kept.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from crm.identifiers.text import is_storable
from crm.tabular.records import RecordReader, detect_encoding
from crm.tabular.unreadable import UnreadableFile

LARGEST = 200 * 1024 * 1024
LONGEST_METHOD = 40
# The columns of both tables, and of a plain list of links.
COLUMNS: Mapping[str, Sequence[str]] = {
    "profile_id": ("profile_id", "user_id"),
    "provider": ("provider",),
    "stable_hash_id": ("stable_hash_id", "crm_stable_hash_id"),
    "customer_id": ("crm_customer_id", "customer_id"),
    "code": ("crm_customer_code", "customer_code"),
    "copy": ("crm_customer_data",),
    "method": ("match_method",),
    "confidence": ("match_confidence",),
    "is_matched": ("is_matched",),
    "linked_at": ("linked_at", "matched_at", "created_at"),
}
COPIED: Mapping[str, Sequence[str]] = {
    "stable_hash_id": ("stable_hash_id",),
    "customer_id": ("id", "customer_id"),
    "code": ("customer_code", "code"),
    "name": ("name", "customer_name", "full_name"),
    "phone": ("contact_number", "phone_number", "phone"),
    "email": ("email",),
}
NO = frozenset({"false", "f", "0", "no", "n"})


@dataclass(frozen=True, kw_only=True)
class CopiedCustomer:
    """What the old link kept of its customer; only to compare, and to find them again."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class LegacyLink:
    """One row. `fault` says why it cannot be used; `method` and `confidence` are kept as is."""

    row: int
    profile_id: str = ""
    provider: str = ""
    stable_hash_id: str = ""
    customer_id: str = ""
    code: str = ""
    copied: CopiedCustomer = CopiedCustomer()
    method: str = ""
    confidence: float | None = None
    is_matched: bool = True
    linked_at: datetime | None = None
    fault: str = ""


def read_legacy_links(file: BinaryIO) -> Iterator[LegacyLink]:
    """The rows of a CSV file with a header, a JSON list, or a file with one JSON object a line.

    Raises UnreadableFile for a file that is none of these.
    """
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise UnreadableFile("too_large", "The file is too large. Split it.")
    is_json = raw[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    for row, values in _json_rows(raw) if is_json else _csv_rows(io.BytesIO(raw)):
        yield LegacyLink(row=row, fault=values) if isinstance(values, str) else _link(row, values)


def _json_rows(raw: bytes) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    text = raw.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("["):
        try:
            rows = json.loads(text)
        except (ValueError, RecursionError):
            raise UnreadableFile("not_json", "This is no JSON list. Export it again.") from None
        yield from ((row, _object(one)) for row, one in enumerate(rows, 1))
        return
    for row, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield row, _object(json.loads(line))
            except (ValueError, RecursionError):
                yield row, "This line is no JSON object."


def _object(value: Any) -> Mapping[str, Any] | str:
    return value if isinstance(value, Mapping) else "This is no JSON object."


def _csv_rows(file: BinaryIO) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    known = {alias for aliases in COLUMNS.values() for alias in aliases}

    def rate(cells: list[str]) -> int:
        return sum(cell.strip().lower() in known for cell in cells)

    records = iter(RecordReader(file, detect_encoding(file), rate))
    header = [cell.strip().lower() for cell in next(records).cells]
    if not set(COLUMNS["profile_id"]) & set(header):
        raise UnreadableFile("unknown_header", "There is no column profile_id.")
    for record in records:
        if record.is_broken:
            yield record.row_number, "A quotation mark is never closed."
        else:
            yield record.row_number, dict(zip(header, record.cells, strict=False))


def _link(row: int, values: Mapping[str, Any]) -> LegacyLink:
    try:
        copy = _copy(_first(values, COLUMNS["copy"]))
        texts = {
            name: _text(_first(values, COLUMNS[name]) or _first(copy, COPIED.get(name, ())))
            for name in ("profile_id", "provider", "stable_hash_id", "customer_id", "code")
        }
        if not texts["profile_id"]:
            raise ValueError("There is no profile_id.")
        return LegacyLink(
            row=row,
            **texts,
            copied=CopiedCustomer(
                **{name: _text(_first(copy, COPIED[name])) for name in ("name", "phone", "email")}
            ),
            method=_text(_first(values, COLUMNS["method"]))[:LONGEST_METHOD],
            confidence=_confidence(_first(values, COLUMNS["confidence"])),
            is_matched=_text(_first(values, COLUMNS["is_matched"])).lower() not in NO,
            linked_at=_moment(_first(values, COLUMNS["linked_at"])),
        )
    except ValueError as error:
        return LegacyLink(row=row, fault=str(error))


def _first(values: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((values[name] for name in names if values.get(name) not in (None, "")), None)


def _copy(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise ValueError("crm_customer_data is no JSON.") from None
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    if value is None or isinstance(value, Mapping | list):
        return ""
    text = str(value).strip()
    if not is_storable(text):
        raise ValueError("There are characters that cannot be kept.")
    return text


def _confidence(value: Any) -> float | None:
    if value is None:
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = -1.0
    if not 0 <= found <= 1:
        raise ValueError("match_confidence is a number from 0 to 1.")
    return round(found, 3)


def _moment(value: Any) -> datetime | None:
    """A time without a zone tells nothing certain, so it is left out."""
    try:
        found = parse_datetime(_text(value))
    except ValueError:
        return None
    return None if found is None or is_naive(found) else found
