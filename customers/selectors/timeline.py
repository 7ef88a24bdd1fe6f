"""What happened with a customer, from all apps, newest first.

Each app registers its sources in `AppConfig.ready()`; a source is asked for a few entries behind a
cursor and the answers are merged, so the cost does not grow with the length of a history.

Entries stand in one total order: by moment, then by kind, then by id, each descending. So a page
may end between events of the very same instant and none is skipped or told twice. A source is one
queryset passed through `newest_rows`, which knows that order; its entries carry the row's id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.roles import Action

MOST_ENTRIES = 200
SALT = "customers.timeline"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, kw_only=True)
class TimelineCursor:
    """The last entry that was shown; the timeline goes on right behind it."""

    at: datetime
    kind: str
    id: str

    def text(self) -> str:
        """Signed, to stand in a link."""
        return signing.dumps([self.at.isoformat(), self.kind, self.id], salt=SALT)


def read_cursor(text: str) -> TimelineCursor | None:
    """The cursor of a link, None for an empty text. Raises InvalidInput when it was not ours."""
    if not text:
        return None
    try:
        at, kind, row_id = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvalidInput("This link to older events is damaged. Open the card again.") from error
    return TimelineCursor(at=datetime.fromisoformat(at), kind=kind, id=row_id)


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One event. `kind` is the name of its source, `id` the key of its row there.

    `icon` and `tone` are the interface's words.
    """

    at: datetime
    kind: str
    id: str
    title: str
    detail: str = ""
    by: str = ""
    url: str = ""
    icon: str = ""
    tone: str = ""

    @property
    def cursor(self) -> TimelineCursor:
        """Where the page goes on that ends with this entry."""
        return TimelineCursor(at=self.at, kind=self.kind, id=self.id)


class TimelineSource(Protocol):
    """At most `limit` entries of a customer behind the cursor (None: of all), newest first."""

    def __call__(
        self, *, actor: Actor, customer_id: UUID, before: TimelineCursor | None, limit: int
    ) -> Sequence[TimelineEntry]: ...


def newest_rows(
    rows: QuerySet[Row], *, kind: str, moment: str, before: TimelineCursor | None, limit: int
) -> QuerySet[Row]:
    """The first `limit` rows of the source `kind` behind the cursor, in the timeline's order.

    `moment` names the column that holds when it happened.
    """
    if before is not None:
        rows = rows.filter(_behind(before, kind, moment))
    return rows.order_by(f"-{moment}", "-pk")[:limit]


def _behind(cursor: TimelineCursor, kind: str, moment: str) -> Q:
    earlier = Q(**{f"{moment}__lt": cursor.at})
    if kind > cursor.kind:  # of that moment, this kind stood before the cursor's
        return earlier
    up_to = Q(**{f"{moment}__lte": cursor.at})
    # Written so that an index range on the moment begins the scan.
    return up_to if kind < cursor.kind else up_to & (earlier | Q(pk__lt=cursor.id))


_sources: dict[str, tuple[TimelineSource, Action]] = {}


def register_timeline_source(
    name: str, source: TimelineSource, *, needs: Action = Action.VIEW_CUSTOMER
) -> None:
    """Add a source of the kind `name`, for those who may do `needs`; in `AppConfig.ready()`."""
    _sources[name] = source, needs


def timeline_kinds() -> list[str]:
    """The kinds of all sources."""
    return list(_sources)


def timeline(
    *,
    actor: Actor,
    customer_id: UUID,
    before: TimelineCursor | None = None,
    kinds: Collection[str] | None = None,
    limit: int = 30,
) -> list[TimelineEntry]:
    """The newest entries behind a cursor (of the last entry of a page), of all kinds or some.

    Kinds that the actor may not see (a key without their scope) are left out. One query a source,
    two where the trail is read. Whether the customer may be seen is for `get_card` to say.
    """
    actor.require(Action.VIEW_CUSTOMER)
    limit = max(1, min(limit, MOST_ENTRIES))
    entries = [
        entry
        for name, (source, needs) in _sources.items()
        if (kinds is None or name in kinds) and actor.may(needs)
        for entry in source(actor=actor, customer_id=customer_id, before=before, limit=limit)
    ]
    # A stable sort: within a source the order by id stays as the database made it.
    return sorted(entries, key=lambda entry: (entry.at, entry.kind), reverse=True)[:limit]
