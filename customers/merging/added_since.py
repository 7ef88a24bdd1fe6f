"""Rows that the survivor got after a merge, of its own or for a record that it had taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from customers.merging.relations import Relation
from customers.models import Merge

# A row whose last move was a merge's is no new one, unless that merge took in the survivor.
_ADDED = """
SELECT one.id::text{numbers}
  FROM {table} one
  LEFT JOIN LATERAL (
       SELECT line.kind, line.before ->> 'customer_id' AS giver
         FROM customers_mergemove line
        WHERE line.relation = %(relation)s AND line.row_id = one.id::text
          AND (line.kind = 'created' OR line.after ? 'customer_id')
        ORDER BY line.id DESC LIMIT 1) last_move ON true
 WHERE one.customer_id = %(end)s AND one.created_at > %(merged_at)s
   AND CASE WHEN %(end)s = %(survivor)s
            THEN last_move.kind IS NULL OR last_move.kind = 'back'
            ELSE last_move.kind = 'moved' AND last_move.giver = %(survivor)s::text END
 ORDER BY one.created_at, one.id
"""


@dataclass(frozen=True, kw_only=True)
class AddedRow:
    """A row, and the phones and e-mails on it: (kind, value)."""

    row_id: str
    numbers: Sequence[tuple[str, str]]


def added_since(merge: Merge, relation: Relation, *, end_id: UUID) -> list[AddedRow]:
    """The rows of a relation that came after the merge, oldest first.

    None of relations that do not know when a row was made.
    """
    if not relation.tells_when:
        return []
    kinds = [kind for kind, _ in relation.policy.known_by]
    statement = _ADDED.format(
        numbers="".join(f", one.{column}" for _, column in relation.policy.known_by),
        table=relation.table,
    )
    values: dict[str, Any] = {
        "relation": relation.name,
        "end": end_id,
        "survivor": merge.survivor_id,
        "merged_at": merge.merged_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [
            AddedRow(
                row_id=row_id,
                numbers=[(kind, text) for kind, text in zip(kinds, texts, strict=True) if text],
            )
            for row_id, *texts in cursor
        ]
