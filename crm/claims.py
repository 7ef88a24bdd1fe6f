"""One worker at a piece of long work, and another one after it when it dies.

A worker takes a row by writing its claim, in one conditional update. What it does is done in steps,
each a transaction that renews the heartbeat, again only while the claim is its own. A worker that
slept too long finds that it lost the claim, and what it did last is rolled back.

The rows have `state`, `claim`, `heartbeat_at`, `attempts`, `error`, `finished_at` and `created_at`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

MOST_ATTEMPTS = 5  # takings without any progress: then the work itself is at fault
MOST_AT_ONCE = 20

Work = TypeVar("Work", bound=Model)


class ClaimLost(Exception):
    """Another worker has the work, or somebody ended it."""


@dataclass(frozen=True, kw_only=True)
class Claims(Generic[Work]):
    """The claims on the rows of one model.

    `lease` is above the longest step, so that a living worker is not overtaken. Work that stops at
    the same `place` (“step”, “pair”) again and again becomes `failed`.
    """

    model: type[Work]
    open_states: Sequence[str]
    failed: str
    lease: timedelta
    place: str

    def take(self, pk: UUID, states: Sequence[str] | None = None, **values: Any) -> Work | None:
        """The row with a claim of this worker; None when there is nothing to do for it.

        `states` are those to take it in (the open ones), `values` what else is written then.
        """
        now = timezone.now()
        rows = self._free().filter(pk=pk, state__in=states or self.open_states)
        if rows.filter(attempts__gte=MOST_ATTEMPTS).update(
            state=self.failed,
            error=f"The work stopped five times at the same {self.place}. "
            "Ask for help before going on.",
            finished_at=now,
        ):
            return None
        claim = uuid4()
        if not rows.update(claim=claim, heartbeat_at=now, attempts=F("attempts") + 1, **values):
            return None
        return self.model._default_manager.get(pk=pk, claim=claim)

    def waiting(self) -> list[UUID]:
        """The open work of the company in use that no worker is at, oldest first."""
        rows = self._free().filter(state__in=self.open_states).order_by("created_at")
        return list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])

    def save(self, work: Work, **values: Any) -> None:
        """Write what a step did, with a heartbeat, in its transaction. Raises ClaimLost."""
        held: Any = work
        written = self.model._default_manager.filter(
            pk=held.pk, claim=held.claim, state=held.state
        ).update(**{"heartbeat_at": timezone.now(), "attempts": 0, **values})
        if not written:
            raise ClaimLost
        for name, value in values.items():
            setattr(work, name, value)

    def _free(self) -> QuerySet[Work]:
        last = timezone.now() - self.lease
        return self.model._default_manager.filter(
            Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=last)
        )
