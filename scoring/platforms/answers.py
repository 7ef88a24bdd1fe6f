"""Small questions to what a platform answered, which may be of any shape."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scoring.orders.bad_value import BadValue
from scoring.orders.moments import read_moment
from scoring.orders.texts import ID_LENGTH, read_text

UTC_ZONE = ZoneInfo("UTC")


def objects_of(answer: Any, name: str) -> list[Mapping[str, Any]] | None:
    """The objects of the list `name`; None where there is no such list."""
    found = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(found, list):
        return None
    return [item for item in found if isinstance(item, Mapping)]


def whole_number(value: object) -> int | None:
    """A count that can be one, else None."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_count else None  # type: ignore[return-value]


def id_in(item: Mapping[str, Any], name: str) -> str:
    """An id as text, however it was written; empty where there is none."""
    return read_text(item.get(name), longest=ID_LENGTH)


def moment_in(item: Mapping[str, Any], name: str) -> datetime | None:
    """A moment, or None where there is none that can be read."""
    try:
        return read_moment(item.get(name), zone=UTC_ZONE, order=None)
    except BadValue:
        return None


def latest(*moments: datetime | None) -> datetime | None:
    """The last of those that are known."""
    return max((moment for moment in moments if moment is not None), default=None)


def written(moment: datetime | None) -> str:
    """A moment as checkpoints and queries hold it: UTC, whole seconds, rounded down."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def exactly(moment: datetime) -> str:
    """A moment in UTC with its microseconds; such texts sort as their moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: object) -> datetime | None:
    """The moment that `written` or `exactly` wrote; None for anything else."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) and text else None
    except ValueError:
        return None
