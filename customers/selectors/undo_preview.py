"""What undoing a merge would do, and what people have done since with the rows it moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.actors import Actor
from crm.roles import Action
from customers.merging.changes_since import ChangeKind, ChangeSince
from customers.merging.counting import MoveCount, move_counts
from customers.merging.relations import OWN_FIELDS, relation_of
from customers.merging.standing import standing_merge
from customers.merging.undo_plan import UndoPlan, plan_undo
from customers.merging.unwinding import HOLDER
from customers.models import Merge

MOST_CHANGES = 200


@dataclass(frozen=True, kw_only=True)
class UndoPreview:
    """`returns` counts the rows that go back, by kind and record; `changes` are the first ones,
    and `more` says how many follow. `exact`: everything will be as before the merge."""

    merge: Merge
    exact: bool
    returns: Sequence[MoveCount]
    changes: Sequence[ChangeSince]
    more: int


def preview_undo(*, actor: Actor, merge_id: UUID) -> UndoPreview:
    """What `undo_merge` would do with the default answers. Nothing is locked or written.

    Raises Forbidden, NotFound, and Conflict `undone`.
    """
    actor.require(Action.MERGE_CUSTOMERS)
    standing = standing_merge(merge_id)
    plan = plan_undo(
        merge=standing.merge,
        records=standing.records,
        restored=standing.restored,
        end_id=standing.end_id,
        goes_to={},
    )
    shown = plan.changes[:MOST_CHANGES]
    _name_rows(shown)
    return UndoPreview(
        merge=standing.merge,
        exact=plan.is_exact,
        returns=list(move_counts(returning(plan))),
        changes=shown,
        more=len(plan.changes) - len(shown),
    )


def returning(plan: UndoPlan) -> dict[str, dict[UUID, int]]:
    """How many rows go back, by relation and record."""
    counts: dict[str, dict[UUID, int]] = {}
    for (relation, row_id), fate in plan.fates.items():
        if not fate.is_leaving or relation == OWN_FIELDS:
            continue
        row = plan.rows_of(relation).final.get(row_id)
        if row is not None:
            of_relation = counts.setdefault(relation, {})
            holder = UUID(str(row[HOLDER]))
            of_relation[holder] = of_relation.get(holder, 0) + 1
    return counts


def _name_rows(changes: Sequence[ChangeSince]) -> None:
    """Say which row it is, where it is still there; one query a relation."""
    wanted: dict[str, list[str]] = {}
    for change in changes:
        if change.relation != OWN_FIELDS and change.kind != ChangeKind.DELETED:
            wanted.setdefault(change.relation, []).append(change.row_id)
    named: dict[tuple[str, str], str] = {}
    for relation, row_ids in wanted.items():
        rows = relation_of(relation).model._default_manager.filter(pk__in=row_ids)
        named.update({(relation, str(row.pk)): str(row) for row in rows})
    for change in changes:
        if (change.relation, change.row_id) in named:
            change.words = f"{change.words}: {named[change.relation, change.row_id]}"
