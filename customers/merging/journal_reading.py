"""Reading the journal and the rows that it tells of."""

import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from customers.merging.unwinding import Line, Row

Lines = dict[tuple[str, str], list[Line]]

_LINES = """
SELECT DISTINCT ON (line.id) line.relation, line.row_id, line.id, line.merge_id, line.kind,
       line.before, line.after, line.takes_back
  FROM customers_mergemove own
  JOIN customers_mergemove line
    ON line.relation = own.relation AND line.row_id = own.row_id AND line.id >= own.id
 WHERE own.merge_id = %s AND own.kind <> 'back'
 ORDER BY line.id
"""
_ROWS = """
SELECT one.id::text, to_jsonb(one)
  FROM (SELECT {columns} FROM {table} WHERE id = ANY(%s) ORDER BY id {lock}) one
"""


def lines_since(merge_id: UUID) -> Lines:
    """The lines about every row that the merge has touched, by relation and row id.

    Each list begins with the merge's first line of the row and holds what came later, of whatever
    merge. One query.
    """
    found: Lines = {}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [merge_id])
        for relation, row_id, line_id, of_merge, kind, before, after, takes_back in cursor:
            line = Line(
                id=line_id,
                merge_id=of_merge,
                kind=kind,
                before=_read(before),
                after=_read(after),
                takes_back=takes_back,
            )
            found.setdefault((relation, row_id), []).append(line)
    return found


def rows_of(
    model: type[models.Model], row_ids: Collection[str], columns: Sequence[str], *, lock: bool
) -> dict[str, Row]:
    """These rows as JSON, by the text of their id; with `lock` taken in the order of ids."""
    if not row_ids:
        return {}
    key = model._meta.pk
    assert key is not None
    statement = _ROWS.format(
        columns=", ".join(sorted({"id", *columns})),
        table=model._meta.db_table,
        lock="FOR NO KEY UPDATE" if lock else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [[key.to_python(row_id) for row_id in row_ids]])
        return {row_id: _read(row) for row_id, row in cursor}


def _read(value: Any) -> Row:
    # Django leaves jsonb as text, so that its own field may choose the decoder.
    if value is None:
        return {}
    row: Row = json.loads(value) if isinstance(value, str) else value
    return row
