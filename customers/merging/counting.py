"""How many rows of each kind records have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from customers.merging.relations import Relation, relations

_COUNT = """
SELECT %s::text, one.{column}, count(*) FROM {table} one WHERE one.{column} = ANY(%s) GROUP BY 2
"""


@dataclass(frozen=True, kw_only=True)
class MoveCount:
    """How many rows of a kind move: together, and of each record. `many` names them (“orders”)."""

    relation: str
    one: str
    many: str
    total: int
    per_record: Mapping[UUID, int]


def counts_of(customer_ids: Sequence[UUID]) -> dict[str, dict[UUID, int]]:
    """By relation and record, all in one statement; relations without rows are left out."""
    parts = [_COUNT.format(table=one.table, column=one.column) for one in relations()]
    values: list[Any] = []
    for relation in relations():
        values += [relation.name, list(customer_ids)]
    counts: dict[str, dict[UUID, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for name, customer_id, number in cursor.fetchall():
            counts.setdefault(name, {})[customer_id] = number
    return counts


def move_counts(counts: Mapping[str, Mapping[UUID, int]]) -> Iterator[MoveCount]:
    """The same with words, in the order in which people care: the largest first."""
    found = [_count(one, counts[one.name]) for one in relations() if counts.get(one.name)]
    yield from sorted(found, key=lambda one: -one.total)


def _count(relation: Relation, per_record: Mapping[UUID, int]) -> MoveCount:
    return MoveCount(
        relation=relation.name,
        one=relation.policy.one,
        many=relation.policy.many,
        total=sum(per_record.values()),
        per_record=per_record,
    )
