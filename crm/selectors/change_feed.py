"""The stream of changes, as readers page through it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from crm.change_events.registry import types_matching
from crm.errors import CrmError, InvalidInput
from crm.models import ChangeEvent, ChangeFeed

MOST_EVENTS = 200
MOST_STAMPED = 5000
MOST_SCANNED = 10_000  # positions that one page looks at, however few of them are wanted

_LISTEN = """
INSERT INTO crm_changefeed (company_id, listening_since)
SELECT company.id, now() FROM crm_company company
 WHERE company.id = NULLIF(current_setting('crm.company_id', true), '')::bigint
   AND NOT EXISTS (SELECT FROM crm_changefeed feed
                    WHERE feed.company_id = company.id AND feed.listening_since IS NOT NULL)
    ON CONFLICT (company_id) DO UPDATE SET listening_since = now()
"""


class FeedExpired(CrmError):
    """What comes next was purged: the reader has missed events and must read all records anew.

    `details['oldest']` is the position to go on from.
    """

    status = 410
    default_code = "feed_expired"


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """Events in order. `next_after` is where the next page begins, also when this one is empty;
    `has_more` says whether to ask at once."""

    events: Sequence[ChangeEvent]
    next_after: int
    has_more: bool


def read(*, after: int = 0, types: Iterable[str] = ("*",), limit: int = MOST_EVENTS) -> FeedPage:
    """The current company's events behind the position `after`, oldest first.

    `types` are patterns (`lead.*`). A page may be empty although more follow (`has_more`), because
    each looks at so many positions only. The first page that is ever read makes scores tell when a
    customer changes bands. Raises InvalidInput at `types`, `after` or `limit`, and FeedExpired.
    """
    wanted = types_matching(types)
    if after < 0:
        raise InvalidInput.field("after", "A position is never below 0.")
    if not 1 <= limit <= MOST_EVENTS:
        raise InvalidInput.field("limit", f"Ask for 1 to {MOST_EVENTS} events.")
    listen()
    last = stamp()
    after = kept_position(after)
    # A position from the future is of a database that was set back: it waits for its time.
    scanned_to = max(after, min(last, after + MOST_SCANNED))
    rows = ChangeEvent.objects.filter(position__gt=after, position__lte=scanned_to)
    events = list(rows.filter(type__in=wanted).order_by("position")[:limit])
    next_after = scanned_to
    if len(events) == limit:
        next_after = events[-1].position or scanned_to
    return FeedPage(events=events, next_after=next_after, has_more=next_after < last)


def listen() -> None:
    """From now on somebody listens to the current company's changes: scores tell their bands."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTEN)


def stamp() -> int:
    """Give committed changes their positions, as many as a page may need; the last one given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp_change_events(%s)", [MOST_STAMPED])
        (last,) = cursor.fetchone()
    return int(last)


def kept_position(after: int) -> int:
    """Where to read on: `after`, or for 0 the beginning of what is kept. Raises FeedExpired."""
    purged_to = ChangeFeed.objects.values_list("purged_to", flat=True).first() or 0
    if 0 < after < purged_to:
        raise FeedExpired(
            "Events behind this position are no longer kept. Read all records anew, then go on "
            f"from position {purged_to}.",
            details={"oldest": purged_to},
        )
    return max(after, purged_to) if after == 0 else after
