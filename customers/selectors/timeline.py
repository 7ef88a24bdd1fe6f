"""What happened with a customer, from all apps, newest first.

Each app registers its sources in `AppConfig.ready()`; a source is asked for a few entries before a
moment and the answers are merged, so the cost does not grow with the length of a history.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from crm.actors import Actor
from crm.roles import Action

MOST_ENTRIES = 200


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One event. `kind` is the name of its source; `icon` and `tone` are the interface's words."""

    at: datetime
    kind: str
    title: str
    detail: str = ""
    by: str = ""
    url: str = ""
    icon: str = ""
    tone: str = ""


class TimelineSource(Protocol):
    """At most `limit` entries of a customer before a moment (None: of all), newest first."""

    def __call__(
        self, *, actor: Actor, customer_id: UUID, before: datetime | None, limit: int
    ) -> Sequence[TimelineEntry]: ...


_sources: dict[str, TimelineSource] = {}


def register_timeline_source(name: str, source: TimelineSource) -> None:
    """Add a source of the kind `name`; called in `AppConfig.ready()`."""
    _sources[name] = source


def timeline(
    *,
    actor: Actor,
    customer_id: UUID,
    before: datetime | None = None,
    kinds: Collection[str] | None = None,
    limit: int = 30,
) -> list[TimelineEntry]:
    """The newest entries before a moment, of all kinds or some.

    One query a source. Whether the customer may be seen is for `get_card` to say.
    """
    actor.require(Action.VIEW_CUSTOMER)
    limit = max(1, min(limit, MOST_ENTRIES))
    entries = [
        entry
        for name, source in _sources.items()
        if kinds is None or name in kinds
        for entry in source(actor=actor, customer_id=customer_id, before=before, limit=limit)
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]
