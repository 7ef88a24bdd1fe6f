"""The set-based part of a scan: match records, pairs, their patterns and scores, in the database.

Everything runs on the company in use, in one transaction, over temporary tables that end with it.
The tables are, in turn: duplicate_raw (as typed), duplicate_normal (as compared), duplicate_fresh
(with how common each value is, and the keys), duplicate_pair, duplicate_compared (with the
pattern), duplicate_scored. The functions that fill them stand in customers/sql/duplicate_*.sql.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from crm.tenancy import SET_COMPANY
from customers.duplicates.learning import learn, learn_priors
from customers.duplicates.model import Model
from customers.duplicates.nickname_groups import nickname_columns
from customers.duplicates.scoring import judge
from customers.duplicates.shipped import shipped_model
from customers.selectors.match_model import has_enough_to_count, has_enough_to_learn

RANDOM_PAIRS = 200_000
FROM_BITS = -3.0  # pairs below are not worth anybody's time: one in nine is the same person


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What comparing did: pairs compared, found alike, and no longer alike.

    `taken` customers had waited; `records` were looked at, with those that they affect.
    """

    taken: int = 0
    records: int
    pairs: int
    found: int
    gone: int


@dataclass(frozen=True, kw_only=True)
class TypedRecord:
    """A person as typed, where the customers table is not the source. `birthday` is YYYY-MM-DD.

    Whatever is not known stays None or empty. Phones may be written in any way; with a country
    code or without.
    """

    customer_id: UUID
    given_name: str | None = None
    middle_name: str | None = None
    family_name: str | None = None
    birthday: str | None = None
    address: str | None = None
    city: str | None = None
    postcode: str | None = None
    region: str | None = None
    organisation: str | None = None
    occupation: str | None = None
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()


@dataclass(frozen=True)
class ScoredPair:
    """Two records and log2 of the odds that they are one person; `left` is the smaller id."""

    left: UUID
    right: UUID
    bits: float
    relation: str


def scan_records(
    connection: BaseDatabaseWrapper,
    company_id: int,
    *,
    records: Iterable[TypedRecord] | None = None,
    from_bits: float = -10.0,
) -> tuple[Model, list[ScoredPair]]:
    """The whole pipeline for one company: returns the model and all pairs from `from_bits` on.

    With `records` these are scanned in place of the company's customers (for measuring: nothing
    but match records is written, and none of customers' tables is read). Call it inside of
    `transaction.atomic(using=connection.alias)`.
    """
    with connection.cursor() as cursor:
        cursor.execute(SET_COMPANY, [str(company_id)])
        cursor.execute("SELECT duplicate_make_raw()")
    if records is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT duplicate_read_customers(NULL)")
    else:
        copy_records(connection, records)
    size = make_records(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT duplicate_pair_up()")
    compared = compare_pairs(connection)
    model = model_of(connection, compared, records=size) or shipped_model()
    score(connection, model, compared, from_bits=from_bits)
    with connection.cursor() as cursor:
        cursor.execute("SELECT left_id, right_id, bits, relation FROM duplicate_scored")
        return model, [ScoredPair(*row) for row in cursor.fetchall()]


def make_records(connection: BaseDatabaseWrapper) -> int:
    """From duplicate_raw to match records of the whole company; returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT duplicate_normalise(%s, %s)", list(nickname_columns()))
        cursor.execute("SELECT duplicate_count_values()")
        cursor.execute("SELECT duplicate_finish_records()")
        size = int(cursor.fetchone()[0])
        cursor.execute("SELECT duplicate_store_records(NULL)")
        return size


def compare_pairs(connection: BaseDatabaseWrapper) -> Mapping[int, int]:
    """Compare the pairs of duplicate_pair; returns how often each pattern came up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pattern, pairs FROM duplicate_compare()")
        return dict(cursor.fetchall())


def model_of(
    connection: BaseDatabaseWrapper, compared: Mapping[int, int], *, records: int
) -> Model | None:
    """What the company's compared pairs teach; None where they are too few to teach anything."""
    pairs = sum(compared.values())
    if has_enough_to_learn(records=records, pairs=pairs):
        return learn(compared=compared, by_chance=random_patterns(connection), records=records)
    return learn_priors(shipped_model(), compared) if has_enough_to_count(pairs=pairs) else None


def random_patterns(connection: BaseDatabaseWrapper) -> Mapping[int, int]:
    """How often each pattern comes up between records that chance brought together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pattern, pairs FROM duplicate_random_patterns(%s)", [RANDOM_PAIRS])
        return dict(cursor.fetchall())


def score(
    connection: BaseDatabaseWrapper,
    model: Model,
    patterns: Iterable[int],
    *,
    from_bits: float,
) -> int:
    """Into duplicate_scored: compared pairs of at least so many bits; returns how many."""
    judged = [(pattern, judge(model, pattern)) for pattern in patterns]
    kept = [(pattern, found) for pattern, found in judged if found.bits >= from_bits]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT duplicate_score(%s, %s, %s, %s::text[]::jsonb[])",
            [
                [pattern for pattern, _ in kept],
                [found.bits for _, found in kept],
                [found.relation for _, found in kept],
                [found.evidence_json() for _, found in kept],
            ],
        )
        return int(cursor.fetchone()[0])


def write_candidates(
    connection: BaseDatabaseWrapper, compared: list[UUID] | None
) -> tuple[int, int]:
    """Candidates become what duplicate_scored says; returns how many are alike, how many gone.

    `compared` are the customers whose pairs were scored; None for all of the company.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT alike, gone FROM duplicate_write_candidates(%s)", [compared])
        found, gone = cursor.fetchone()
        return int(found), int(gone)


def copy_records(connection: BaseDatabaseWrapper, records: Iterable[TypedRecord]) -> None:
    """Fill duplicate_raw with these."""
    names = [field.name for field in fields(TypedRecord)]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY duplicate_raw ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for record in records:
            copy.write_row(
                [
                    list(value) if name in ("phones", "emails") else value
                    for name in names
                    for value in [getattr(record, name)]
                ]
            )
