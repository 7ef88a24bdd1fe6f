"""Carrying out the plan of an undoing: rows go back, and the journal says so."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F
from django.utils import timezone

from crm.audit import plain
from customers.merging.journal import write_rows
from customers.merging.relations import OWN_FIELDS, Relation
from customers.merging.returning import ReturningRows
from customers.merging.settlers import take_back_added
from customers.merging.undo_plan import POINTS, UndoPlan
from customers.merging.unwinding import HOLDER, Row
from customers.models import ContactPoint, Customer, MergeMove
from customers.models.customer import RecordState
from customers.models.merge import MoveKind

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
        cursor.execute(statement, [json.dumps(plain(rows))])


def _write_down(plan: UndoPlan) -> None:
    """A line BACK for each row, so that other merges of it can be undone later."""
    lines = []
    for (relation, row_id), fate in plan.fates.items():
        if fate.is_moved_on:
            continue
        if fate.is_leaving:
            final = (plan.rows_of(relation).final if relation != OWN_FIELDS else {}).get(row_id)
            before, after = {}, {HOLDER: final[HOLDER] if final else None}
        else:
            before, after = fate.replaced, fate.rightful
        lines.append(_line(plan, relation, row_id, before, after, fate.first_line))
    for relation, added in plan.added_by_merge.items():
        lines += [_line(plan, relation, row_id, {}, {HOLDER: None}, pk) for row_id, pk in added]
    lines += [_line(plan, name, row_id, {}, {HOLDER: to}, 0) for name, row_id, to in plan.given]
    MergeMove.objects.bulk_create(lines, batch_size=2000)


def _line(
    plan: UndoPlan, relation: str, row_id: str, before: Row, after: dict[str, Any], takes_back: int
) -> MergeMove:
    return MergeMove(
        company_id=plan.merge.company_id,
        merge_id=plan.merge.pk,
        relation=relation,
        row_id=row_id,
        kind=MoveKind.BACK,
        before=before,
        after=after,
        takes_back=takes_back,
    )
