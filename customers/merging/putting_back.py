"""Carrying out the plan of an undoing: rows go back, and the journal says so."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F
from django.utils import timezone

from customers.merging.journal import write_rows
from customers.merging.relations import Relation
from customers.merging.returning import ReturningRows
from customers.merging.settlers import take_back_added
from customers.merging.undo_plan import POINTS, UndoPlan
from customers.merging.unwinding import HOLDER, Row
from customers.models import ContactPoint, Customer
from customers.models.customer import RecordState

# Rows that were put aside may be in the way of newer ones, or name what is no longer there.
_INSERT = """
INSERT INTO {table} ({columns})
SELECT {values} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) new
 WHERE true{targets}
    ON CONFLICT DO NOTHING
"""
_TARGET = """
   AND (new.{column} IS NULL OR EXISTS (SELECT FROM {table} target WHERE target.id = new.{column}))
"""


_LINES = """
INSERT INTO customers_mergemove
       (company_id, merge_id, relation, row_id, kind, before, after, takes_back)
SELECT %s, %s, line.relation, line.row_id, 'back', line.before, line.after, line.takes_back
  FROM jsonb_to_recordset(%s::jsonb)
       AS line (relation text, row_id text, before jsonb, after jsonb, takes_back bigint)
"""


def put_back(plan: UndoPlan) -> None:
    """Everything that the plan says; the caller holds the locks of all records."""
    now = timezone.now()
    Customer.objects.filter(pk__in=[one.pk for one in plan.restored]).update(
        record_state=RecordState.ACTIVE, merged_into=None, version=F("version") + 1, updated_at=now
    )
    write_rows(Customer._meta.db_table, list(plan.own_fields.changed()))
    Customer.objects.filter(pk=plan.survivor.pk).update(version=F("version") + 1, updated_at=now)
    for rows in plan.rows:
        if rows.relation.name == POINTS:
            _put_back_points(rows)
        else:
            write_rows(rows.relation.table, list(rows.changed()))
            _insert(rows.relation, rows.inserted())
    for relation in plan.added_by_merge:
        take_back_added(relation, plan.merge.pk)
    _write_down(plan)


def _put_back_points(rows: ReturningRows) -> None:
    """In between no row is a main one or identifies anybody, so that none is in another's way."""
    soft = {"is_primary": False, "is_shared": True}
    points = ContactPoint.objects.filter(pk__in=list(rows.final))
    list(points.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    points.update(**soft)
    write_rows(rows.relation.table, [{**row, **soft} for row in rows.changed()])
    _insert(rows.relation, [{**row, **soft} for row in rows.inserted()])
    names = ("id", "is_primary", "is_shared", "is_live")
    write_rows(
        rows.relation.table, [{name: row[name] for name in names} for row in rows.final.values()]
    )


def _insert(relation: Relation, rows: Sequence[Row]) -> None:
    if not rows:
        return
    columns = relation.columns
    targets = "".join(
        _TARGET.format(column=field.column, table=field.related_model._meta.db_table)
        for field in relation.model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and isinstance(field.related_model, type)
        and field.name != "company"
    )
    statement = _INSERT.format(
        table=relation.table,
        columns=", ".join(columns),
        values=", ".join(f"new.{column}" for column in columns),
        targets=targets,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows)])


def _write_down(plan: UndoPlan) -> None:
    """A line BACK for each row, so that other merges of it can be undone later."""
    final = {rows.relation.name: rows.final for rows in plan.rows}
    lines = []
    for (relation, row_id), fate in plan.fates.items():
        if fate.is_moved_on:
            continue
        before, after = fate.replaced, fate.rightful
        if fate.is_leaving:
            row = final[relation].get(row_id)
            before, after = {}, {HOLDER: row[HOLDER] if row else None}
        lines.append(_line(relation, row_id, before, after, fate.first_line))
    for relation, added in plan.added_by_merge.items():
        lines += [_line(relation, row_id, {}, {HOLDER: None}, pk) for row_id, pk in added]
    lines += [_line(name, row_id, {}, {HOLDER: to}, 0) for name, row_id, to in plan.given]
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [plan.merge.company_id, plan.merge.pk, json.dumps(lines)])


def _line(relation: str, row_id: str, before: Row, after: Row, takes_back: int) -> dict[str, Any]:
    return {
        "relation": relation,
        "row_id": row_id,
        "before": before,
        "after": after,
        "takes_back": takes_back,
    }
