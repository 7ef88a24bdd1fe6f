"""Renewing the materialized views: one run at a time each, logged, within a time limit.

The views hold every company's rows, so a refresh belongs to none of them: the night, a command or
somebody's button asks for it (docs/views.md). The work is done by functions of role crm_owner.
"""

import logging
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import InvalidInput
from crm.roles import Action
from scoring.selectors.freshness import freshness_of

log = logging.getLogger(__name__)
FAILURES_BEFORE_ALARM = 2
# How soon the server notices that the process which asked has died (milliseconds).
NOTICE_A_DEAD_CALLER = 2000
ASKED = "views.refresh_asked"


class RefreshedView(StrEnum):
    """The views there are (scoring/sql/refreshable_views.sql)."""

    TIMELINE = "customer_activity_timeline"
    MARKETING = "customer_marketing_export"
    SEGMENT_COUNTS = "customer_segment_counts"
    REVENUE = "order_revenue_by_day"


class RefreshOutcome(StrEnum):
    """What came of asking."""

    DONE = "done"
    ALREADY_RUNNING = "already running"
    FAILED = "failed"


def refresh_view(*, view: RefreshedView, asked_by: str) -> RefreshOutcome:
    """Refresh one view now, in transactions of its own; not to be called inside another.

    `asked_by` says through which door, never who. A failure is logged, not raised: the former
    contents stay. Two failures in a row raise the alarm (an error in the log, and the state that
    the screens show).
    """
    if connection.in_atomic_block:
        raise RuntimeError("A refresh logs its begin before it works: call it outside of atomic.")
    run = _one_value("SELECT view_refresh_begin(%s, %s)", [view.value, asked_by])
    if run is None:
        return RefreshOutcome.ALREADY_RUNNING
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _set_limits(cursor)
            cursor.execute("SELECT view_refresh_run(%s)", [run])
            row = cursor.fetchone()
    except DatabaseError as error:
        return _failed(view, run, error)
    if row is None or row[0] is None:
        return RefreshOutcome.ALREADY_RUNNING
    log.info("view refreshed", extra={"view": view.value, "rows": row[0]})
    return RefreshOutcome.DONE


def refresh_if_due(*, view: RefreshedView) -> RefreshOutcome | None:
    """Refresh a view when 02:00 has passed in some company's zone since the last good run.

    None when it is not due.
    """
    due = _one_value("SELECT view_refresh_due(%s, %s)", [view.value, timezone.now()])
    return refresh_view(view=view, asked_by="night") if due else None


@transaction.atomic
def ask_refresh(*, actor: Actor, view: str) -> None:
    """A person wants a view renewed: it begins after the commit, in the background.

    Raises Forbidden, and InvalidInput for a view that there is not.
    """
    actor.require(Action.VIEW_REPORTS)
    if view not in list(RefreshedView):
        raise InvalidInput.field("view", "Choose one of the views on the page.")
    audit.record(
        actor=actor, action="view.refresh_asked", subject=actor.company, new={"view": view}
    )
    outbox.publish(actor=actor, topic=ASKED, payload={"view": view})


def _set_limits(cursor: CursorWrapper) -> None:
    cursor.execute(
        "SELECT set_config('statement_timeout', %s, true),"
        " set_config('client_connection_check_interval', %s, true)",
        [str(settings.VIEW_REFRESH_TIMEOUT_SECONDS * 1000), str(NOTICE_A_DEAD_CALLER)],
    )


def _failed(view: RefreshedView, run: int, error: DatabaseError) -> RefreshOutcome:
    # The class and the state only: messages of database errors can quote personal data.
    state = getattr(error.__cause__, "sqlstate", None) or "no connection"
    why = f"{type(error.__cause__ or error).__name__} ({state})"
    connection.close_if_unusable_or_obsolete()
    _one_value("SELECT view_refresh_failed(%s, %s)", [run, why])
    failures = freshness_of(view.value).failures
    log.warning("view not refreshed", extra={"view": view.value, "why": why})
    if failures >= FAILURES_BEFORE_ALARM:
        log.error("view refresh keeps failing", extra={"view": view.value, "failures": failures})
    return RefreshOutcome.FAILED


def _one_value(statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None
