"""A labelled person as all sets are read, and the CSV that any set of your own can be given as.

The header names the columns, in any order; others are ignored, missing ones are empty:

    cluster, given_name, middle_name, family_name, birthday, address, city, postcode, region,
    organisation, extra, phones, emails

`cluster` is the truth: rows with the same value are one person; a row without one is alone.
`birthday` is YYYY-MM-DD. `phones` and `emails` hold several values with `;` between them.
"""

import csv
import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

SEPARATORS = re.compile(r"[;|\n]")


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledPerson:
    """One record as somebody typed it, and who it really is."""

    cluster: str
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    birthday: str = ""
    address: str = ""
    city: str = ""
    postcode: str = ""
    region: str = ""
    organisation: str = ""
    extra: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


COLUMNS = tuple(field.name for field in fields(LabelledPerson))
LISTS = ("phones", "emails")


class NotReadable(Exception):
    """The file is not such a CSV; the message says what is wrong with it."""


def read_people(path: Path) -> list[LabelledPerson]:
    """The people of a CSV with the header above (also gzipped).

    NotReadable when there is no such file, no column `cluster`, or no column of a name or contact.
    """
    rows = list(rows_of(path))
    if not rows:
        raise NotReadable(f"{path}: there are no rows.")
    known = set(rows[0]) & set(COLUMNS)
    if "cluster" not in known:
        raise NotReadable(f"{path}: the column “cluster” with the truth is missing.")
    if known == {"cluster"}:
        raise NotReadable(f"{path}: none of the columns {', '.join(COLUMNS[1:])} is there.")
    return [_person(row, place) for place, row in enumerate(rows)]


def write_people(path: Path, people: Sequence[LabelledPerson]) -> None:
    """The same CSV from people, for the peers."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for person in people:
            writer.writerow(_cell(getattr(person, column)) for column in COLUMNS)


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file with its header, spaces around cells removed (FEBRL has them)."""
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield from _rows(file)
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise NotReadable(f"{path}: {problem}") from problem


def _rows(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    reader = csv.reader(lines, skipinitialspace=True)
    head = [cell.strip() for cell in next(reader, [])]
    for cells in reader:
        if cells:
            yield {name: cell.strip() for name, cell in zip(head, cells, strict=False)}


def _person(row: dict[str, str], place: int) -> LabelledPerson:
    texts = {name: row.get(name, "") for name in COLUMNS if name not in LISTS}
    texts["cluster"] = texts["cluster"] or f"alone {place}"
    return LabelledPerson(
        **texts, phones=values(row.get("phones", "")), emails=values(row.get("emails", ""))
    )


def values(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several."""
    return tuple(part.strip() for part in SEPARATORS.split(cell) if part.strip())


def _cell(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ";".join(value)
