"""Writing the journal of a merge: each statement changes rows and says so in one go.

Statements are put together from names of our own tables and columns (customers/merging/relations);
everything else is a parameter. Rows are locked in the order of their ids. `updated_at` is left as
it is, so that it tells later what people have changed since.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from crm.audit import plain
from customers.merging.relations import Relation
from customers.merging.unwinding import HOLDER
from customers.models import Merge, MergeMove
from customers.models.merge import MoveKind

_LINE = """
INSERT INTO customers_mergemove (company_id, merge_id, relation, row_id, kind, before, after)
"""
_MOVE = """
WITH taken AS MATERIALIZED (
    SELECT one.id, one.{column} AS holder, {before} AS before
      FROM {table} one WHERE one.{column} = ANY(%(absorbed)s)
     ORDER BY one.id FOR NO KEY UPDATE),
moved AS (
    UPDATE {table} one SET {column} = %(survivor)s FROM taken WHERE one.id = taken.id)
{line}
SELECT %(company)s, %(merge)s, %(relation)s, taken.id::text, 'moved',
       taken.before || jsonb_build_object('{column}', taken.holder),
       jsonb_build_object('{column}', %(survivor)s::uuid)
  FROM taken ORDER BY taken.id
"""
_PUT_ASIDE = """
WITH held AS MATERIALIZED (
    SELECT one.* FROM {table} one WHERE one.{column} = ANY(%(participants)s)
     ORDER BY one.id FOR UPDATE),
ranked AS (
    SELECT held.id,
           row_number() OVER (PARTITION BY true{keys}
               ORDER BY array_position(%(participants)s::uuid[], held.{column}), held.id) AS place
      FROM held),
gone AS (
    DELETE FROM {table} one USING ranked WHERE one.id = ranked.id AND ranked.place > 1
    RETURNING one.id, to_jsonb(one) AS whole)
{line}
SELECT %(company)s, %(merge)s, %(relation)s, gone.id::text, 'removed', gone.whole, NULL
  FROM gone ORDER BY gone.id
"""


@dataclass(frozen=True, kw_only=True)
class Journal:
    """The journal of one merge."""

    merge: Merge

    def move(self, relation: Relation, *, absorbed: Sequence[UUID], survivor: UUID) -> int:
        """Hand the rows of the absorbed records to the survivor; returns how many there were.

        Rows that people may delete go whole into the journal, to be put back if need be.
        """
        statement = _MOVE.format(
            table=relation.table,
            column=relation.column,
            before="to_jsonb(one)" if relation.is_once else "'{}'::jsonb",
            line=_LINE,
        )
        return self._run(statement, relation, {"absorbed": list(absorbed), "survivor": survivor})

    def put_aside_twins(self, relation: Relation, *, participants: Sequence[UUID]) -> int:
        """Of rows that are alike within the participants, keep that of the first of them.

        The others leave the table and stand whole in the journal; returns how many they were.
        """
        keys = "".join(f", held.{key}" for key in relation.keys)
        statement = _PUT_ASIDE.format(
            table=relation.table, column=relation.column, keys=keys, line=_LINE
        )
        return self._run(statement, relation, {"participants": list(participants)})

    def note(
        self,
        *,
        relation: str,
        kind: MoveKind,
        rows: Iterable[tuple[object, Mapping[str, Any] | None, Mapping[str, Any] | None]],
    ) -> None:
        """Write down changes that were made elsewhere: (row id, before, after)."""
        MergeMove.objects.bulk_create(
            [
                MergeMove(
                    company_id=self.merge.company_id,
                    merge_id=self.merge.pk,
                    relation=relation,
                    row_id=str(row_id),
                    kind=kind,
                    before=plain(before) if before is not None else None,
                    after=plain(after) if after is not None else None,
                )
                for row_id, before, after in rows
            ],
            batch_size=2000,
        )

    def _run(self, statement: str, relation: Relation, values: Mapping[str, Any]) -> int:
        own: dict[str, Any] = {
            "company": self.merge.company_id,
            "merge": self.merge.pk,
            "relation": relation.name,
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, {**own, **values})
            return int(cursor.rowcount)


_HAND_OVER = """
UPDATE {table} one SET {column} = new.holder
  FROM unnest(%s::{key}[], %s::uuid[]) new (id, holder) WHERE one.id = new.id
"""
_CHANGE = """
UPDATE {table} one SET {assignments}
  FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) new WHERE one.id = new.id
"""


def write_rows(table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set columns of existing rows, one statement for each set of columns that occurs.

    Each row names its `id` and the columns to set. Most change hands and nothing else.
    """
    by_columns: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(sorted(set(row) - {"id"})), []).append(row)
    # Rows that leave make room for those that change where they are.
    for columns, alike in sorted(by_columns.items(), key=lambda one: HOLDER not in one[0]):
        assignments = ", ".join(f"{column} = new.{column}" for column in columns)
        statement = _CHANGE.format(table=table, assignments=assignments)
        values: list[Any] = [json.dumps(alike, default=plain)]
        if columns == (HOLDER,):
            key = "bigint" if isinstance(alike[0]["id"], int) else "uuid"
            statement = _HAND_OVER.format(table=table, column=HOLDER, key=key)
            values = [[row["id"] for row in alike], [row[HOLDER] for row in alike]]
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
