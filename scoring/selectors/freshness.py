"""How old the refreshed views are, for screens, the command line and whoever watches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.utils import timezone

OLD_AFTER = timedelta(hours=36)
FAILURES_SHOWN = 2
_FRESHNESS = (
    "SELECT view, as_of, rows, seconds, running_since, failures, last_failed_at, last_error"
    " FROM view_freshness()"
)


class FreshnessState(StrEnum):
    """How a view fares, the worst first."""

    FAILING = "failing"
    NEVER = "never refreshed"
    OLD = "old"
    RUNNING = "being refreshed"
    FRESH = "fresh"


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """One view: `as_of` is the moment its contents are true for; None: as it was created.

    `rows` counts all companies' rows, so it is for operators, not for a company's screens.
    `failures` are those since the last good run; a killed run is one.
    """

    view: str
    as_of: datetime | None
    rows: int | None
    seconds: float | None
    running_since: datetime | None
    failures: int
    last_failed_at: datetime | None
    last_error: str
    age: timedelta | None

    @property
    def state(self) -> FreshnessState:
        """What to show first; two failures in a row are an alarm."""
        if self.failures >= FAILURES_SHOWN:
            return FreshnessState.FAILING
        if self.running_since is not None:
            return FreshnessState.RUNNING
        if self.age is None:
            return FreshnessState.NEVER
        return FreshnessState.OLD if self.age > OLD_AFTER else FreshnessState.FRESH


def freshness() -> list[Freshness]:
    """Every view, by name; one query. It holds nothing of any company."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_FRESHNESS)
        rows = cursor.fetchall()
    return [
        Freshness(
            view=view,
            as_of=as_of,
            rows=count,
            seconds=seconds,
            running_since=running_since,
            failures=failures,
            last_failed_at=last_failed_at,
            last_error=last_error,
            age=now - as_of if as_of else None,
        )
        for (
            view,
            as_of,
            count,
            seconds,
            running_since,
            failures,
            last_failed_at,
            last_error,
        ) in rows
    ]


def freshness_of(view: str) -> Freshness:
    """One view. Raises KeyError when there is none of this name."""
    return {found.view: found for found in freshness()}[view]
