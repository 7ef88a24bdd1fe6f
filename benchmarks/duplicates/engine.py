"""Our own finding of duplicates on labelled people: the whole scan in the database, as shipped."""

import os
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from time import perf_counter
from uuid import UUID

import psycopg
from django.db import connection, transaction

from benchmarks.duplicates.contest import Outcome
from benchmarks.duplicates.quality import judge
from benchmarks.duplicates.records import LabelledPerson
from benchmarks.duplicates.usage import Usage
from customers.services.duplicate_pairs import TypedRecord, scan_records

NAME = "Switchboard"
LOWEST = -10.0  # bits; far below what is shown to anybody, so that the best threshold is seen
ROOM = 2**64  # for the places of one set's people
_companies = count(9_000_001)  # of nobody: each set is a company of its own


def scan_people(people: Sequence[LabelledPerson]) -> Outcome:
    """Scan the people as one company, without labels, and judge the pairs."""
    company = next(_companies)
    records = typed_records(company, people)
    began = perf_counter()
    with Usage([os.getpid(), postmaster()]) as usage, transaction.atomic():
        _, pairs = scan_records(connection, company, records=records, from_bits=LOWEST)
    seconds = perf_counter() - began
    found = ((place_of(pair.left), place_of(pair.right), pair.bits) for pair in pairs)
    return Outcome(
        judge([person.cluster for person in people], found),
        seconds,
        usage.processor_seconds,
        usage.megabytes,
    )


def place_of(customer_id: UUID) -> int:
    """Where in the list the person of this id stands."""
    return customer_id.int % ROOM


def typed_records(company: int, people: Sequence[LabelledPerson]) -> Iterator[TypedRecord]:
    """The people as the engine takes them; the id tells the company and the place in the list."""
    return (_typed(company * ROOM + place, person) for place, person in enumerate(people))


def _typed(number: int, person: LabelledPerson) -> TypedRecord:
    return TypedRecord(
        customer_id=UUID(int=number),
        given_name=person.given_name,
        middle_name=person.middle_name,
        family_name=person.family_name,
        birthday=person.birthday,
        address=person.address,
        city=person.city,
        postcode=person.postcode,
        region=person.region,
        organisation=person.organisation,
        occupation=person.extra,
        phones=person.phones,
        emails=person.emails,
    )


def postmaster() -> int:
    """The process of the measured PostgreSQL, whose children are its connections."""
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"]) as superuser:
        row = superuser.execute("SHOW data_directory").fetchone()
    assert row is not None
    first, *_ = Path(row[0], "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return int(first)
