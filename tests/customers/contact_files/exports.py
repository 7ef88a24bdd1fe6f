"""How these tests open a sample file, or bytes made on the spot."""

import io
from pathlib import Path

from crm.tabular.date_order import DateOrder
from customers.contact_files.reader import ContactFile, open_contacts
from customers.contact_files.rows import ContactRow

SAMPLES = Path(__file__).parents[2] / "payloads" / "contact_files"


def open_sample(name: str, date_order: DateOrder | None = None) -> ContactFile:
    return open_contacts(io.BytesIO((SAMPLES / name).read_bytes()), date_order=date_order)


def read_sample(name: str, date_order: DateOrder | None = None) -> list[ContactRow]:
    return list(open_sample(name, date_order))


def read_bytes(content: bytes | str, date_order: DateOrder | None = None) -> list[ContactRow]:
    raw = content.encode() if isinstance(content, str) else content
    return list(open_contacts(io.BytesIO(raw), date_order=date_order))


def codes(row: ContactRow) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for problem in row.problems]
