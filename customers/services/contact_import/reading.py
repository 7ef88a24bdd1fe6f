"""A row of a contact file, read into what we keep of a person."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.errors import InvalidInput
from crm.identifiers.text import fold
from customers.contact_files.rows import ContactRow, LabelledText, Severity
from customers.contact_files.values import split_note
from customers.models.contact_point import ContactKind
from customers.services.contact_entries import Reading, read_email, read_phone
from customers.services.contact_import.same_name import name_words
from customers.services.customer_fields import LENGTHS, UNKNOWN_NAME, name_fields

# Texts that people type where they have nothing to say: the row is none the worse for them.
HARMLESS = ("empty", "placeholder")
SYSTEM = "address book"  # of external identities that name the rows without phone and e-mail


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What a person should look at in a row. The message repeats no text of the cell."""

    column: str
    message: str
    is_error: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One person of the file, checked. `key` knows a person again who has only a name."""

    row_number: int
    name: dict[str, Any]
    words: tuple[str, ...]
    readings: tuple[Reading, ...] = ()
    address: dict[str, str] = field(default_factory=dict)
    birthday: date | None = None
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    key: str = ""
    problems: tuple[CellProblem, ...] = ()
    is_lost: bool = False

    @property
    def identity(self) -> tuple[str, str] | None:
        """Who the row is among the rows that have only a name."""
        return (SYSTEM, self.key) if self.key else None

    @property
    def has_name(self) -> bool:
        """Whether the row gives a real name."""
        return not self.name["name_is_placeholder"]

    @property
    def has_errors(self) -> bool:
        """Whether a cell, or the row, cannot be kept."""
        return any(problem.is_error for problem in self.problems)


def read_row(row: ContactRow, *, regions: Sequence[str]) -> Incoming:
    """The person of a row, without its bad cells; `is_lost` when nobody is left."""
    problems = [
        CellProblem(problem.column, problem.message, problem.severity is Severity.ERROR)
        for problem in row.problems
    ]
    name = _name(row, problems)
    if row.is_bad:
        return Incoming(
            row_number=row.row_number, name=name, words=(), problems=tuple(problems), is_lost=True
        )
    readings = {
        (reading.kind, reading.value): reading
        for reading in (
            *_values(row.phones, lambda text: read_phone(text, regions=regions), problems),
            *_values(row.emails, read_email, problems),
        )
    }
    return Incoming(
        row_number=row.row_number,
        name=name,
        words=name_words(name["full_name"]),
        readings=tuple(readings.values()),
        address=_address(row),
        birthday=row.birthday,
        notes=(*row.notes, *_left_over(row)),
        tags=row.labels,
        key="" if readings else _key(row, name),
        problems=tuple(problems),
        is_lost=not readings and bool(name["name_is_placeholder"]),
    )


def _name(row: ContactRow, problems: list[CellProblem]) -> dict[str, Any]:
    if not row.full_name:
        return name_fields(UNKNOWN_NAME)
    try:
        name = name_fields(row.full_name)
    except InvalidInput as error:
        problems.append(CellProblem(row.name_column, error.message, is_error=True))
        return name_fields(UNKNOWN_NAME)
    if (row.given_name or row.family_name) and len(row.given_name + row.family_name) <= 200:
        name |= {"given_name": row.given_name, "family_name": row.family_name}
    return name


def _values(
    texts: Sequence[LabelledText], read: Callable[[str], Reading], problems: list[CellProblem]
) -> Iterator[Reading]:
    """The values that can be kept, the one that the file marks as primary first."""
    for given in sorted(texts, key=lambda one: not one.is_primary):
        try:
            reading = read(given.text)
        except InvalidInput as error:
            is_error = error.code not in HARMLESS
            problems.append(CellProblem(given.column, error.message, is_error))
            continue
        yield Reading(
            kind=ContactKind(reading.kind),
            value=reading.value,
            as_typed=reading.as_typed,
            extension=reading.extension,
            label=given.label,
            field=given.column,
        )


def _address(row: ContactRow) -> dict[str, str]:
    """The file's first address, as long as each part fits."""
    if not row.addresses:
        return {}
    first = row.addresses[0]
    line = ", ".join(part for part in (" ".join(first.line.split()), first.region) if part)
    parts = {
        "address_line": line,
        "city": first.city,
        "postcode": first.postcode,
        "country": first.country,
    }
    return {name: text for name, text in parts.items() if 0 < len(text) <= LENGTHS[name]}


def _left_over(row: ContactRow) -> list[str]:
    """What has no field of its own goes into a note, so that nothing is lost."""
    lines = [
        *([f"Company: {row.organisation}"] if row.organisation != row.full_name else []),
        f"Job: {row.job_title}",
        *(f"{label}: {text}" for label, text in row.extras),
        *(
            "Another address: "
            + ", ".join(
                part
                for part in (other.line, other.city, other.region, other.postcode, other.country)
                if part
            )
            for other in row.addresses[1:]
        ),
    ]
    told = [line for line in lines if line.partition(": ")[2]]
    return split_note("\n".join(["From an address book", *told])) if told else []


def _key(row: ContactRow, name: dict[str, Any]) -> str:
    """Tells a row without phone and e-mail when the file comes again; a digest, not readable."""
    texts = (fold(name["full_name"]), row.birthday, *(phone.text for phone in row.phones))
    return hashlib.sha256(repr(texts).encode()).hexdigest()
