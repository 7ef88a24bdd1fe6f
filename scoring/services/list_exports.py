"""Taking a list out of the house: with the columns somebody chose, and written down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.exports.columns import Column, chosen_columns
from crm.roles import Action
from scoring.models import ColumnChoice
from scoring.selectors.list_rows import LISTS, Rows, read_rows

EXPORTED = "list.exported"


@dataclass(frozen=True, kw_only=True)
class ListFile:
    """What the writers of files need."""

    columns: Sequence[Column]
    rows: Iterator[Any]


@transaction.atomic
def export_list(
    *,
    actor: Actor,
    name: str,
    rows: Rows,
    columns: Sequence[str] = (),
    narrowed: Mapping[str, Any] | None = None,
) -> ListFile:
    """The chosen columns (none: all) and the rows, which are read while the file is written.

    `name` is a key of LISTS, `rows` its rows, `narrowed` the filters for the trail, which keeps
    who took what and how many rows it had. Raises Forbidden, and InvalidInput at `columns`.
    """
    actor.require(Action.EXPORT)
    known = LISTS[name].columns
    chosen = chosen_columns(known, columns)
    audit.record(
        actor=actor,
        action=EXPORTED,
        subject=actor.company,
        new={
            "list": name,
            "columns": list(columns) or list(known),
            "filters": dict(narrowed or {}),
            "rows": rows.prefetch_related(None).order_by().count(),
        },
    )
    return ListFile(columns=chosen, rows=read_rows(actor, rows))


@transaction.atomic
def remember_columns(*, actor: Actor, name: str, columns: Sequence[str]) -> None:
    """Keep what somebody chose for a list, for the next time. A system actor has no choice."""
    actor.require(Action.EXPORT)
    if actor.staff is None:
        return
    ColumnChoice.objects.update_or_create(
        staff=actor.staff,
        list_name=name,
        defaults={"company": actor.company, "columns": list(columns)},
    )
