"""What undoing a merge will do, row by row: the same plan is shown before and then carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from crm.errors import InvalidInput
from crm.merging import Moves
from customers.merging.added_since import AddedRow, added_since
from customers.merging.changes_since import ChangeKind, ChangeSince
from customers.merging.journal_reading import Lines, lines_since, rows_of
from customers.merging.relations import OWN_FIELDS, Relation, relations
from customers.merging.returning import ReturningRows
from customers.merging.settlers import settler_of
from customers.merging.unwinding import HOLDER, Line, Unwound, unwind
from customers.models import ContactPoint, Customer, Merge
from customers.models.customer import RecordState
from customers.models.merge import MoveKind

POINTS = "customers.ContactPoint.customer"
LEAVE, PUT_BACK = "gone", "back"
DETAILS = Moves(one="details", many="details")
# What everything that happens moves forward is no edit.
SILENT = {"last_activity_at"}


@dataclass(kw_only=True)
class UndoPlan:
    """All of it. `end` is where the survivor lives now: itself, or whom it was merged into."""

    merge: Merge
    survivor: Customer
    end: Customer
    restored: Sequence[Customer]
    own_fields: ReturningRows
    rows: list[ReturningRows] = field(default_factory=list)
    fates: dict[tuple[str, str], Unwound] = field(default_factory=dict)
    added_by_merge: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    changes: list[ChangeSince] = field(default_factory=list)
    given: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_exact(self) -> bool:
        """Whether everything will be as if nobody had merged."""
        return not self.changes

    def rows_of(self, relation: str) -> ReturningRows:
        """The rows of this relation."""
        return next(one for one in self.rows if one.relation.name == relation)


def plan_undo(
    *,
    merge: Merge,
    records: Mapping[UUID, Customer],
    restored: Sequence[UUID],
    end_id: UUID,
    goes_to: Mapping[str, str],
    lock: bool = False,
) -> UndoPlan:
    """The plan for a merge that stands. `records` are the survivor, its end and the restored.

    Raises InvalidInput for an answer in `goes_to` that is on no list.
    """
    lines = lines_since(merge.pk)
    is_live = {
        str(pk): pk in restored or one.record_state == RecordState.ACTIVE
        for pk, one in records.items()
    }
    own = Relation(name=OWN_FIELDS, model=Customer, column="id", policy=DETAILS)
    plan = UndoPlan(
        merge=merge,
        survivor=records[merge.survivor_id],
        end=records[end_id],
        restored=[records[pk] for pk in restored],
        own_fields=ReturningRows(relation=own, is_live=is_live),
    )
    _unwind_all(plan, plan.own_fields, lines, goes_to, lock)
    for relation in relations():
        rows = ReturningRows(relation=relation, is_live=is_live)
        plan.rows.append(rows)
        _unwind_all(plan, rows, lines, goes_to, lock)
    for (relation_name, row_id), of_row in lines.items():
        if of_row[0].kind == MoveKind.CREATED:
            plan.added_by_merge.setdefault(relation_name, []).append((row_id, of_row[0].id))
    if end_id != merge.survivor_id:
        plan.changes.insert(0, _lives_on(plan))
    _place_added(plan, goes_to, lock)
    for rows in plan.rows:
        settler_of(rows.relation.policy.settled_by).returning(rows)
        for row_id in sorted(rows.covered):
            plan.changes.append(_change(rows, row_id, ChangeKind.EDITED))
    return plan


def _unwind_all(
    plan: UndoPlan,
    rows: ReturningRows,
    lines: Lines,
    goes_to: Mapping[str, str],
    lock: bool,
) -> None:
    relation = rows.relation
    concerned = {
        row_id: of_row
        for (name, row_id), of_row in lines.items()
        if name == relation.name and of_row[0].kind != MoveKind.CREATED
    }
    rows.current = rows_of(
        relation.model, list(concerned), _columns(relation, concerned), lock=lock
    )
    merged_at = plan.merge.merged_at.isoformat()
    for row_id, of_row in concerned.items():
        current = rows.current.get(row_id)
        fate = unwind(of_row, merge_id=plan.merge.pk, current=current)
        if fate is None:
            continue
        plan.fates[relation.name, row_id] = fate
        if fate.row is not None:
            rows.final[row_id] = fate.row
        if fate.is_moved_on:
            plan.changes.append(_change(rows, row_id, ChangeKind.MOVED_ON))
        elif fate.is_deleted:
            _ask_about_deleted(plan, rows, row_id, fate, goes_to)
        elif _is_edited(fate, relation, current, merged_at):
            plan.changes.append(_change(rows, row_id, ChangeKind.EDITED))


def _columns(relation: Relation, concerned: Mapping[str, Sequence[Line]]) -> Sequence[str]:
    if relation.is_once:
        return relation.columns
    changed = {
        column
        for of_row in concerned.values()
        for line in of_row
        for column in line.after
        if line.kind != MoveKind.BACK
    }
    times = ["updated_at"] if relation.tells_when else []
    return [*changed, *times, *settler_of(relation.policy.settled_by).reads()]


def _is_edited(
    fate: Unwound, relation: Relation, current: Mapping[str, object] | None, merged_at: str
) -> bool:
    if relation.name == OWN_FIELDS:
        return fate.is_edited and bool(set(fate.replaced) - SILENT)
    if fate.is_edited or not fate.is_leaving or relation.is_once or current is None:
        return fate.is_edited
    # Merges leave this time as it is, so a later one is somebody's.
    return relation.tells_when and str(current["updated_at"]) > merged_at


def _ask_about_deleted(
    plan: UndoPlan, rows: ReturningRows, row_id: str, fate: Unwound, goes_to: Mapping[str, str]
) -> None:
    change = _change(rows, row_id, ChangeKind.DELETED, whole=fate.whole)
    if fate.whole is not None:
        change.options = [(LEAVE, "Leave it deleted"), (PUT_BACK, "Put it back")]
        change.chosen = _answer(change, goes_to, LEAVE)
        if change.chosen == PUT_BACK:
            rows.final[row_id] = fate.whole
    plan.changes.append(change)


def _lives_on(plan: UndoPlan) -> ChangeSince:
    return ChangeSince(
        relation=OWN_FIELDS,
        row_id=str(plan.survivor.pk),
        kind=ChangeKind.MERGED_AGAIN,
        words=f"{plan.survivor} is part of {plan.end} by now; rows come back from there",
    )


def _change(
    rows: ReturningRows,
    row_id: str,
    kind: ChangeKind,
    whole: Mapping[str, object] | None = None,
) -> ChangeSince:
    value = (whole or {}).get("value") or ""
    return ChangeSince(
        relation=rows.relation.name,
        row_id=row_id,
        kind=kind,
        words=f"{rows.relation.policy.one.capitalize()} {value}".strip(),
    )


def _answer(change: ChangeSince, goes_to: Mapping[str, str], default: str) -> str:
    value = goes_to.get(change.key, default)
    if value not in {option for option, _ in change.options}:
        raise InvalidInput("Choose one of the answers on the page.", code="unknown_answer")
    return value


def _place_added(plan: UndoPlan, goes_to: Mapping[str, str], lock: bool) -> None:
    """Rows that came after the merge: they stay, unless their e-mail or phone says whose."""
    known = _numbers(plan)
    options = [(str(one.pk), str(one)) for one in (plan.end, *plan.restored)]
    for rows in plan.rows:
        for added in added_since(plan.merge, rows.relation, end_id=plan.end.pk):
            change = ChangeSince(
                relation=rows.relation.name,
                row_id=added.row_id,
                kind=ChangeKind.ADDED,
                words=rows.relation.policy.one.capitalize(),
                options=options,
            )
            change.chosen = _answer(change, goes_to, _whose(added, known) or str(plan.end.pk))
            plan.changes.append(change)
            if change.chosen != str(plan.end.pk):
                plan.given.append((rows.relation.name, added.row_id, change.chosen))
    _give(plan, lock)


def _give(plan: UndoPlan, lock: bool) -> None:
    for rows in plan.rows:
        given = {row_id: whose for name, row_id, whose in plan.given if name == rows.relation.name}
        columns = _columns(rows.relation, {})
        found = rows_of(rows.relation.model, list(given), [HOLDER, *columns], lock=lock)
        rows.current.update(found)
        rows.final.update({pk: {**row, HOLDER: given[pk]} for pk, row in found.items()})


def _numbers(plan: UndoPlan) -> dict[tuple[str, str], set[str]]:
    """Who will have which phone or e-mail: the restored, and who keeps the rest."""
    returning = plan.rows_of(POINTS).final
    holders: dict[tuple[str, str], set[str]] = {}
    for row in returning.values():
        if "value" in row:
            holders.setdefault((row["kind"], row["value"]), set()).add(str(row[HOLDER]))
    kept = ContactPoint.objects.filter(customer=plan.end).exclude(pk__in=list(returning))
    for kind, value in kept.values_list("kind", "value"):
        holders.setdefault((kind, value), set()).add(str(plan.end.pk))
    return holders


def _whose(added: AddedRow, known: Mapping[tuple[str, str], set[str]]) -> str:
    """The one restored record that all known numbers of the row name; else nobody."""
    named = [known[number] for number in added.numbers if number in known]
    common = set.intersection(*named) if named else set()
    return next(iter(common)) if len(common) == 1 else ""
