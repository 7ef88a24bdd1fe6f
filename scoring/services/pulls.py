"""Pulling orders from a ticket account: in batches, resumable, one puller an account at a time.

No transaction is open while the platform answers. Each batch is one transaction that stores the
orders together with the checkpoint; so a puller that is killed anywhere
leaves everything before its last batch stored and read, and the next one goes on from there.
Orders may come twice; storing them is idempotent.
"""

import hashlib
import json
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.errors import CrmError, NotFound
from crm.json_api import ApiError, ApiUnavailable
from crm.roles import Action
from crm.tenancy import use_company
from scoring.models import TicketAccount, UnreadOrder
from scoring.orders.bad_value import BadOrder
from scoring.orders.order_data import OrderData
from scoring.orders.texts import storable
from scoring.platforms.connecting import CannotConnect, connect
from scoring.platforms.pulled import FoundOrder, PulledPage, TicketPlatform
from scoring.services.order_report import OrderOutcome, UpsertOutcome, UpsertReport
from scoring.services.orders import upsert_orders

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=6)
FAILURES_BEFORE_ALARM = 3
BATCH = 400  # a page more may come on top; about 500 orders are best for storing
MOST_TRIED_AGAIN = 500


@dataclass(kw_only=True)
class PullReport:
    """What a pull did. `error` says why it stopped early; `is_whole` when nothing is left."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unread: int = 0
    new_customers: int = 0
    is_whole: bool = False
    error: str = ""

    def add(self, report: UpsertReport, *, unread: int) -> None:
        """Count a batch."""
        self.created += report.created
        self.updated += report.updated
        self.new_customers += report.new_customers
        self.unread += unread

    def counts(self) -> dict[str, int]:
        """The figures by their names."""
        names = ("read", "created", "updated", "unread", "new_customers")
        return {name: getattr(self, name) for name in names}


class _LeaseLost(Exception):
    """Somebody else pulls by now, or a person changed the account."""


class _SliceOver(Exception):
    """The time of this run is over, and more is to come."""


def pull_account(
    *,
    actor: Actor,
    account_id: UUID,
    since: datetime | None = None,
    only_if_due: bool = False,
    slice_seconds: float | None = None,
) -> PullReport | None:
    """Read what is new at the platform and store it; not to be called inside a transaction.

    `since` reads again what changed since then. With `slice_seconds` it stops after about so long
    and leaves the rest to the next run. None when another puller holds the account or, with
    `only_if_due`, when it is not due. What goes wrong stands in the report and at the account.
    Raises Forbidden, and NotFound for an account that is inactive or not there.
    """
    if connection.in_atomic_block:
        raise RuntimeError("A pull commits batch by batch: call it outside of atomic.")
    actor.require(Action.IMPORT_ORDERS)
    pull = _claim(actor, account_id, only_if_due)
    if pull is None:
        return None
    if slice_seconds is not None:
        pull.ends_at = time.monotonic() + slice_seconds
    try:
        pull.run(connect(pull.account, on_answer=pull.stay), since)
    except _LeaseLost:
        log.info("pull left to another", extra={"account": str(account_id)})
    except _SliceOver:
        pull.finish(due_at=timezone.now())
    except Exception as error:
        pull.fail(error)
    return pull.report


def _claim(actor: Actor, account_id: UUID, only_if_due: bool) -> "_Pull | None":
    """Take the account for as long as the lease lasts; a conditional update says who was first."""
    now = timezone.now()
    lease = now + _lease()
    with use_company(actor.company.pk):
        accounts = TicketAccount.objects.filter(pk=account_id, is_active=True)
        if not accounts.exists():
            raise NotFound("There is no such active account.")
        free = accounts.filter(Q(pulling_until__isnull=True) | Q(pulling_until__lt=now))
        if only_if_due:
            free = free.filter(due_at__lte=now)
        if not free.update(pulling_until=lease, due_at=lease):
            return None
        return _Pull(actor=actor, account=accounts.get(), lease=lease)


def _lease() -> timedelta:
    return timedelta(seconds=settings.PULL_LEASE_SECONDS)


@dataclass(kw_only=True)
class _Pull:
    """One run: what it holds, what it has read and not yet stored."""

    actor: Actor
    account: TicketAccount
    lease: datetime
    ends_at: float | None = None
    report: PullReport = field(default_factory=PullReport)
    waiting: list[FoundOrder] = field(default_factory=list)
    held_at: float = field(default_factory=time.monotonic)

    def run(self, platform: TicketPlatform, since: datetime | None) -> None:
        """Read and store everything. Raises whatever stops it."""
        self._try_unread_again(platform)
        checkpoint = self.account.checkpoint
        for page in platform.pages(checkpoint, now=timezone.now(), since=since):
            self._take(page, platform)
        self.finish(due_at=timezone.now() + EVERY * random.uniform(0.93, 1), is_whole=True)  # noqa: S311

    def _try_unread_again(self, platform: TicketPlatform) -> None:
        with use_company(self.actor.company.pk):
            unread = UnreadOrder.objects.filter(account=self.account).order_by("last_seen_at", "id")
            found = [
                FoundOrder(external_id=one.external_id, raw=one.raw)
                for one in unread[:MOST_TRIED_AGAIN]
            ]
        if found:
            self.waiting = found
            self._store(platform)
            self.report = PullReport(
                created=self.report.created,
                updated=self.report.updated,
                new_customers=self.report.new_customers,
            )

    def _take(self, page: PulledPage, platform: TicketPlatform) -> None:
        self.waiting.extend(page.orders)
        self.report.read += len(page.orders)
        self.account.checkpoint = dict(page.checkpoint)
        is_over = self.ends_at is not None and time.monotonic() >= self.ends_at and not page.is_last
        if is_over or len(self.waiting) >= BATCH or page.is_last:
            self._store(platform)
        if is_over:
            raise _SliceOver

    def _store(self, platform: TicketPlatform) -> None:
        """One batch with its checkpoint, or nothing."""
        read = [_read(platform, found) for found in self.waiting]
        good = [one for one in read if isinstance(one, OrderData)]
        with use_company(self.actor.company.pk):
            lease = self._extend(checkpoint=self.account.checkpoint)
            stored = upsert_orders(actor=self.actor, orders=good)
            outcomes = iter(stored.outcomes)
            unread = self._note_unread(
                [one if isinstance(one, OrderOutcome) else next(outcomes) for one in read]
            )
        # Only now is it committed.
        self.lease, self.held_at, self.waiting = lease, time.monotonic(), []
        self.report.add(stored, unread=unread)

    def _note_unread(self, outcomes: Sequence[OrderOutcome]) -> int:
        """Keep what could not be stored as it came; forget what could be by now."""
        unread: dict[str, UnreadOrder] = {}
        now = timezone.now()
        for found, outcome in zip(self.waiting, outcomes, strict=True):
            key = found.external_id or _digest(found.raw)
            unread.pop(key, None)
            if outcome.outcome is UpsertOutcome.REFUSED:
                unread[key] = UnreadOrder(
                    company_id=self.actor.company.pk,
                    account=self.account,
                    external_id=key,
                    raw=storable(dict(found.raw)),
                    field=outcome.field[:200],
                    message=outcome.message[:500],
                    first_seen_at=now,
                    last_seen_at=now,
                )
        keys = {found.external_id for found in self.waiting} - set(unread)
        UnreadOrder.objects.filter(account=self.account, external_id__in=keys).delete()
        UnreadOrder.objects.bulk_create(
            unread.values(),
            update_conflicts=True,
            unique_fields=["company", "account", "external_id"],
            update_fields=["raw", "field", "message", "last_seen_at"],
        )
        return len(unread)

    def stay(self) -> None:
        """Move the lease on when a quarter of it is over. Raises _LeaseLost."""
        if time.monotonic() - self.held_at < settings.PULL_LEASE_SECONDS / 4:
            return
        with use_company(self.actor.company.pk):
            lease = self._extend()
        self.lease, self.held_at = lease, time.monotonic()

    def _extend(self, **values: Any) -> datetime:
        lease = timezone.now() + _lease()
        self._hold(pulling_until=lease, due_at=lease, **values)
        return lease

    def _hold(self, **values: Any) -> None:
        """Change the account while it is ours. Raises _LeaseLost."""
        mine = TicketAccount.objects.filter(
            pk=self.account.pk, pulling_until=self.lease, is_active=True
        )
        if not mine.update(**values):
            raise _LeaseLost

    def finish(self, *, due_at: datetime, is_whole: bool = False) -> None:
        """Give the account back after a good run."""
        values: dict[str, Any] = {"due_at": due_at, "failures": 0, "last_error": ""}
        if is_whole:
            values["last_pulled_at"] = timezone.now()
        self._give_back(values)
        self.report.is_whole = is_whole

    def fail(self, error: Exception) -> None:
        """Give the account back with the reason; each failure in a row waits longer."""
        self.report.error = _reason_of(error)
        failures = self.account.failures + 1
        pause = min(EVERY * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        if isinstance(error, ApiUnavailable) and error.retry_after is not None:
            pause = max(pause, error.retry_after)
        extra = {"account": str(self.account.pk), "why": self.report.error, "failures": failures}
        log.warning("pull failed", extra=extra)
        if failures >= FAILURES_BEFORE_ALARM:
            log.error("pull keeps failing", extra=extra)
        self._give_back(
            {
                "due_at": timezone.now() + pause,
                "failures": failures,
                "last_error": self.report.error[:300],
            }
        )

    def _give_back(self, values: dict[str, Any]) -> None:
        with use_company(self.actor.company.pk):
            try:
                self._hold(pulling_until=None, **values)
            except _LeaseLost:
                log.info("the account was taken over", extra={"account": str(self.account.pk)})
            if self.report.created or self.report.updated:
                audit.record(
                    actor=self.actor,
                    action="ticketaccount.pulled",
                    subject=self.account,
                    new=self.report.counts(),
                )


def _read(platform: TicketPlatform, found: FoundOrder) -> OrderData | OrderOutcome:
    try:
        return platform.read(found.raw)
    except BadOrder as error:
        column, message = error.field, error.message
    except Exception as error:  # one order that breaks the reader must not stop the others
        column, message = "", f"The reader failed ({type(error).__name__})."
        log.error("an order broke its reader (%s)", type(error).__name__)
    return OrderOutcome(outcome=UpsertOutcome.REFUSED, field=column, message=message)


def _digest(raw: Any) -> str:
    text = json.dumps(storable(dict(raw)), sort_keys=True, default=str)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _reason_of(error: Exception) -> str:
    """What may be kept of an error: our own reasons, and names of classes."""
    if isinstance(error, ApiError | CannotConnect):
        return error.reason
    if isinstance(error, CrmError):
        return f"{type(error).__name__} ({error.code})"
    return f"It broke off ({type(error).__name__}); the log of the worker says where."
