"""Writing public events: one statement for all that a transaction tells of one kind of record."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from crm.audit import plain
from crm.change_events.registry import Change, Subject, public_topic

# The record itself says whose it is and what its codes are; ids of other companies find nothing.
_INSERT = """
INSERT INTO crm_changeevent
       (company_id, type, customer_id, also_customer_ids, subject_kind, subject_id, data,
        occurred_at)
SELECT %s, told.type, subject.{customer}, told.also::uuid[], %s, subject.id,
       jsonb_build_object({facts}) || told.data::jsonb, %s
  FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[])
       WITH ORDINALITY AS told (type, subject_id, data, also, place)
  JOIN {table} subject ON subject.id = told.subject_id AND subject.company_id = %s
 ORDER BY told.place
"""


def record_changes(
    *, company_id: int, events: Iterable[tuple[str, Mapping[str, Any]]], at: datetime
) -> None:
    """Write what is public of these topics and payloads, in the transaction of the change.

    Events of one customer follow each other as they were written, because services hold the
    customer's row from before they publish until the commit.
    """
    told: dict[str, tuple[Subject, list[Change]]] = {}
    for topic, payload in events:
        public = public_topic(topic)
        if public is not None:
            changes = told.setdefault(public.subject.kind, (public.subject, []))[1]
            changes.extend(public.read(payload))
    for subject, changes in told.values():
        if changes:
            _insert(company_id, subject, changes, at)


def _insert(company_id: int, subject: Subject, changes: list[Change], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _insert_into(
                subject.model._meta.db_table, subject.customer, tuple(subject.facts.items())
            ),
            [
                company_id,
                subject.kind,
                at,
                [change.type for change in changes],
                [str(change.subject_id) for change in changes],
                [json.dumps(plain(change.data)) for change in changes],
                ["{" + ",".join(map(str, change.also)) + "}" for change in changes],
                company_id,
            ],
        )


@cache
def _insert_into(table: str, customer: str, facts: tuple[tuple[str, str], ...]) -> str:
    quote = connection.ops.quote_name
    return _INSERT.format(
        table=quote(table),
        customer=quote(customer),
        facts=", ".join(f"'{name}', subject.{quote(column)}" for name, column in facts),
    )
