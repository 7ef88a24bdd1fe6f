"""What undoing a merge makes of one row: read from the lines of the journal about it, alone.

Merges pile up: a row that one has moved, a later one may have moved on, changed or put aside. When
the earlier one is undone, the row leaves the pile with everything that later ones did to it; what
they wrote about it is void from then on. Each undoing therefore adds a line BACK, and whether a
line still counts is decided by the lines behind it (docs/merging.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from customers.models.merge import MoveKind

HOLDER = "customer_id"
Row = dict[str, Any]


@dataclass(kw_only=True)
class Line:
    """A line of the journal about one row."""

    id: int
    merge_id: UUID
    kind: str
    before: Row
    after: Row
    takes_back: int | None = None


@dataclass(kw_only=True)
class Unwound:
    """What becomes of a row.

    `row` are the columns it will have, of those that are known; None where nothing is to be
    written. `is_edited`, `is_deleted` and `is_moved_on` say what people did since. `replaced` are
    values that something newer covers, `rightful` what should have stood there before.
    """

    first_line: int
    row: Row | None = None
    is_leaving: bool = False
    is_inserted: bool = False
    is_edited: bool = False
    is_deleted: bool = False
    is_moved_on: bool = False
    whole: Row | None = None
    replaced: Row = field(default_factory=dict)
    rightful: Row = field(default_factory=dict)


def standing_lines(lines: Sequence[Line], merge_id: UUID) -> list[Line]:
    """The lines that still count, oldest first; empty when an earlier undoing took the row away.

    `lines` begin with the merge's own first line of the row and go on in their order.
    """
    first = lines[0].id
    standing: list[Line] = []
    for line in lines:
        if line.kind != MoveKind.BACK:
            standing.append(line)
        elif HOLDER in line.after:
            if (line.takes_back or 0) < first:
                return []
            standing = [one for one in standing if one.id < (line.takes_back or 0)]
        else:
            standing = [one for one in standing if one.merge_id != line.merge_id]
            _put_right(standing, line)
    return standing if any(one.merge_id == merge_id for one in standing) else []


def _put_right(standing: Sequence[Line], back: Line) -> None:
    """What a later line remembers as the value before it, may itself have been put back since."""
    for line in standing:
        for column, value in back.before.items():
            if same(line.before.get(column), value):
                line.before[column] = back.after.get(column)


def unwind(lines: Sequence[Line], *, merge_id: UUID, current: Row | None) -> Unwound | None:
    """The fate of a row whose columns are `current` (None: it is gone); None: nothing is due."""
    standing = standing_lines(lines, merge_id)
    if not standing:
        return None
    own = [one for one in standing if one.merge_id == merge_id]
    given = next((one for one in own if HOLDER in one.before), None)
    if given is None:
        return _changed_only(standing, own, current)
    return _leaving(standing, own, given, current)


def _leaving(
    standing: Sequence[Line],
    own: Sequence[Line],
    given: Line,
    current: Row | None,
) -> Unwound:
    fate = Unwound(first_line=own[0].id, is_leaving=True)
    last = next((one.after[HOLDER] for one in reversed(standing) if HOLDER in one.after), None)
    # Merges write down every hop, so whoever else has it now was given it by people.
    is_elsewhere = current is not None and last is not None and current[HOLDER] != last
    if is_elsewhere or _was_given_away(standing):
        fate.is_moved_on = True
        return fate
    state = dict(current) if current is not None else None
    fate.is_inserted = current is None
    for line in reversed(standing):
        if state is None:
            # Put aside by a merge: it comes back as it was. Else people have deleted it.
            fate.is_deleted = fate.is_deleted or line.kind != MoveKind.REMOVED
            state = dict(line.before) if "id" in line.before else None
            continue
        fate.is_edited = _take_back(state, line) or fate.is_edited
    if state is None:
        return fate
    fate.is_edited = not fate.is_deleted and (fate.is_edited or _differs(given, standing, current))
    state[HOLDER] = given.before[HOLDER]
    if fate.is_deleted:
        fate.whole = state
    else:
        fate.row = state
    return fate


def _was_given_away(standing: Sequence[Line]) -> bool:
    """Whether a later merge found the row with somebody to whom no merge had moved it.

    Then people gave it to them in between, and it stays theirs.
    """
    holder = None
    for line in standing:
        if holder is not None and line.before.get(HOLDER, holder) != holder:
            return True
        holder = line.after.get(HOLDER, holder)
    return False


def _take_back(state: Row, line: Line) -> bool:
    """Put the columns back that the line has changed; True where something newer stands there."""
    is_edited = False
    for column, value in line.after.items():
        if column == HOLDER or column not in line.before:
            continue
        if same(state.get(column), value):
            state[column] = line.before[column]
        else:
            is_edited = True
    return is_edited


def _differs(given: Line, standing: Sequence[Line], current: Row | None) -> bool:
    """Whether a row that the journal holds whole was changed since, beside what merges changed."""
    if current is None or "id" not in given.before:
        return False
    by_merges = {column for line in standing for column in line.after}
    apart = by_merges | {HOLDER, "is_live", "updated_at"}
    return any(
        not same(value, given.before.get(column))
        for column, value in current.items()
        if column not in apart
    )


def _changed_only(standing: Sequence[Line], own: Sequence[Line], current: Row | None) -> Unwound:
    fate = Unwound(first_line=own[0].id)
    later = [one for one in standing if one.id > own[-1].id and one not in own]
    state = dict(current) if current is not None else None
    for line in reversed(own):
        for column, value in line.after.items():
            rightful = line.before.get(column)
            if state is not None and same(state.get(column), value):
                state[column] = rightful
                continue
            # Covered: by a later merge, which must not bring our value back, or by people.
            fate.replaced[column], fate.rightful[column] = value, rightful
            is_by_merge = any(column in one.after or "id" in one.before for one in later)
            is_by_people = state is not None and not is_by_merge
            fate.is_edited = fate.is_edited or is_by_people
    fate.row = state
    return fate


def same(one: Any, other: Any) -> bool:
    """Whether two values from JSON mean the same; moments may be written in several ways."""
    if one == other:
        return True
    if isinstance(one, str) and isinstance(other, str):
        moments = _moment(one), _moment(other)
        return None not in moments and moments[0] == moments[1]
    return False


def _moment(text: str) -> datetime | None:
    if len(text) < 19 or text[10:11] != "T":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
