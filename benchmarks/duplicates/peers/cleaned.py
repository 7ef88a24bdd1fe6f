"""What every peer reads: the CSV of records.py, cleaned as their guides advise beforehand.

Lower case, no accents, letters only in names, the last ten digits of a phone. A peer gets the
columns that are filled in at least one row of fifty.
"""

import csv
import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

NAMES = ("given_name", "middle_name", "family_name")
LISTS = ("phones", "emails")
WORTHWHILE = 0.02
Row = dict[str, str]


def read(path: str) -> list[Row]:
    """The cleaned rows; the place of a row is its id."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [
            {name: clean(name, value) for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def write_pairs(path: str, pairs: Iterable[tuple[int, int, float]]) -> None:
    """Pairs of places with the probability that they are one person."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(pairs)


def worthwhile(rows: list[Row]) -> set[str]:
    """Columns with enough in them to compare."""
    return {
        name
        for name in rows[0]
        if name != "cluster" and sum(bool(row[name]) for row in rows) >= WORTHWHILE * len(rows)
    }


def clean(name: str, value: str) -> str:
    """One cell."""
    if name == "cluster":
        return value
    plain = unicodedata.normalize("NFKD", value.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if name in NAMES:
        plain = re.sub(r"[^a-z' -]", "", plain)
    if name == "phones":
        return ";".join(_digits(phone) for phone in plain.split(";") if _digits(phone))
    return " ".join(plain.split())


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-10:]


def main_arguments() -> tuple[str, str]:
    """Where the people are and where the pairs go."""
    return sys.argv[1], sys.argv[2]
