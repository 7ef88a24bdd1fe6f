"""A small company as typed: single people, families, colleagues, and some entered twice."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from customers.services.duplicate_pairs import TypedRecord

# fmt: off
GIVEN = (
    "Anna", "Ben", "Clara", "David", "Erin", "Farid", "Gita", "Hugo", "Ines", "Jamal", "Kira",
    "Liam", "Mona", "Noor", "Owen", "Pia",
)
FAMILY = (
    "Abbot", "Barlow", "Cortez", "Dunmore", "Eklund", "Farrow", "Gupta", "Hollis", "Ibsen",
    "Jarrow", "Kemper", "Lund",
)
# fmt: on
BORN_FROM = date(1940, 1, 1)
CITIES = ("Ashby", "Brookvale", "Carrick", "Denholm", "Easton")


def person(number: int, **values: object) -> TypedRecord:
    """A record with this number as its id."""
    return TypedRecord(customer_id=UUID(int=number), **values)  # type: ignore[arg-type]


def village(*, families: int, seed: int = 5) -> tuple[list[TypedRecord], set[frozenset[UUID]]]:
    """Families of three at one phone and address, every fourth with a member entered twice.

    Returns the records and the pairs that are one person.
    """
    dice = random.Random(seed)
    records: list[TypedRecord] = []
    twice: set[frozenset[UUID]] = set()
    numbers = iter(range(1, 10_000_000))
    for family in range(families):
        members = list(_family(family, dice, numbers))
        records += members
        if family % 4 == 0:
            again = _typed_again(members[0], next(numbers), dice)
            records.append(again)
            twice.add(frozenset((members[0].customer_id, again.customer_id)))
    return records, twice


def _family(family: int, dice: random.Random, numbers: Iterator[int]) -> Iterator[TypedRecord]:
    name = f"{dice.choice(FAMILY)}{'' if family % 3 else 'son'}"
    phone = f"02 5550 {family:04d}"
    for given in dice.sample(GIVEN, 3):
        yield person(
            next(numbers),
            given_name=given,
            family_name=name,
            birthday=(BORN_FROM + timedelta(days=dice.randrange(25_000))).isoformat(),
            address=f"{family} Mill Lane",
            city=dice.choice(CITIES) if dice.random() < 0.1 else CITIES[family % 5],
            phones=[phone],
            emails=[f"{given}.{name}{family}@post.example"] if dice.random() < 0.6 else [],
        )


def _typed_again(record: TypedRecord, number: int, dice: random.Random) -> TypedRecord:
    given = record.given_name or ""
    return person(
        number,
        given_name=given + given[-1] if dice.random() < 0.3 else given,
        family_name=record.family_name,
        birthday=record.birthday if dice.random() < 0.7 else None,
        address=record.address if dice.random() < 0.7 else None,
        city=record.city,
        phones=record.phones if dice.random() < 0.7 else [f"04 9{number:07d}"],
        emails=record.emails,
    )
