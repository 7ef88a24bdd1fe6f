"""Refreshing views: one at a time, killed halfway, unchanged, due at night, failing."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from crm import outbox
from crm.embedded.places import ROOT
from crm.errors import Forbidden, InvalidInput
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.services.consent import record_consent
from customers.services.contact_points import add_contact_point
from scoring.models import ViewRefresh
from scoring.selectors.freshness import Freshness, FreshnessState, freshness, freshness_of
from scoring.services.membership import add_member
from scoring.services.refresh import (
    RefreshedView,
    RefreshOutcome,
    ask_refresh,
    refresh_if_due,
    refresh_view,
)
from scoring.services.segments import create_segment
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.threads import run_threads
from tests.worlds import World

TIMELINE = RefreshedView.TIMELINE


def run_log() -> list[ViewRefresh]:
    return list(ViewRefresh.objects.using("owner").order_by("id"))


def add_orders(world: World, count: int) -> None:
    with world.inside():
        ana = make_customer(world.system())
        for _ in range(count):
            place_order(ana)


def seen_rows(world: World) -> int:
    with world.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customer_activity_timeline")
        return int(cursor.fetchone()[0])


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def orders_out_of_reach() -> Iterator[None]:
    """Nobody can read the orders meanwhile, so a refresh of the timeline waits halfway."""
    settings = connections["owner"].get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{key: settings[key] for key in keys if settings.get(key)}) as owner:
        owner.execute("LOCK TABLE scoring_order IN ACCESS EXCLUSIVE MODE")
        yield
        owner.rollback()


def is_running(view: RefreshedView = TIMELINE) -> bool:
    return freshness_of(view).running_since is not None


def age_runs(seconds: int = 60) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_viewrefresh SET started_at = started_at - %s * interval '1 second'",
            [seconds],
        )


def test_a_refresh_is_logged_with_rows_and_duration(committed: None, acme: World) -> None:
    assert freshness_of(TIMELINE).state is FreshnessState.NEVER
    add_orders(acme, 3)
    before = timezone.now()
    assert refresh_view(view=TIMELINE, asked_by="test") is RefreshOutcome.DONE
    found = freshness_of(TIMELINE)
    assert (found.state, found.rows, found.failures) == (FreshnessState.FRESH, 3, 0)
    assert found.as_of is not None
    assert found.as_of >= before
    assert found.seconds is not None
    assert [view.view for view in freshness()] == sorted(RefreshedView)
    assert [(run.view, run.asked_by, run.error) for run in run_log()] == [(TIMELINE, "test", "")]


def add_everything(world: World) -> None:
    """A customer of whom each view has something to tell, in several pieces."""
    manager = world.actor(Role.MANAGER)
    with world.inside():
        ana = make_customer(world.system(), email="ana@example.com", city="Fitzroy")
        add_contact_point(
            actor=manager, customer_id=ana.pk, kind="email", text="second@example.com"
        )
        for platform in ("humanitix", "eventbrite"):
            place_order(ana, platform=platform)
        for channel in ("email", "sms"):
            record_consent(
                actor=manager, customer_id=ana.pk, channel=channel, granted=True, source="form"
            )
        for name in ("Golf", "Tennis", "Chess"):
            segment = create_segment(actor=manager, name=name)
            add_member(actor=manager, segment_id=segment.pk, customer_id=ana.pk)


def rows_written(view: RefreshedView) -> int:
    """How many rows of the copy a refresh writes; a closed connection has told its counts."""

    def written() -> int:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_all_tables"
                " WHERE relname = %s",
                [f"{view}_all"],
            )
            return int(cursor.fetchone()[0])

    before = written()
    assert refresh_view(view=view, asked_by="test") is RefreshOutcome.DONE
    connection.close()
    connections["owner"].close()
    return written() - before


@pytest.mark.parametrize("view", list(RefreshedView))
def test_an_unchanged_refresh_writes_nothing(
    committed: None, acme: World, view: RefreshedView
) -> None:
    add_everything(acme)
    assert rows_written(view) > 0
    assert rows_written(view) == 0


def test_a_refresh_writes_only_what_changed(committed: None, acme: World) -> None:
    add_orders(acme, 4)
    assert rows_written(TIMELINE) == 4
    add_orders(acme, 1)
    assert rows_written(TIMELINE) == 1


def test_two_at_once_do_one_and_readers_go_on_reading(committed: None, acme: World) -> None:
    add_orders(acme, 2)
    outcomes: list[RefreshOutcome] = []

    def work() -> None:
        try:
            outcomes.append(refresh_view(view=TIMELINE, asked_by="first"))
        finally:
            connections.close_all()

    with orders_out_of_reach():
        first = Thread(target=work)
        first.start()
        wait_for(is_running)
        assert refresh_view(view=TIMELINE, asked_by="second") is RefreshOutcome.ALREADY_RUNNING
        assert seen_rows(acme) == 0  # the old contents, at once
        assert freshness_of(TIMELINE).state is FreshnessState.RUNNING
        # Another view does not wait for this one.
        counts = refresh_view(view=RefreshedView.SEGMENT_COUNTS, asked_by="test")
        assert counts is RefreshOutcome.DONE
    first.join()
    assert outcomes == [RefreshOutcome.DONE]
    assert seen_rows(acme) == 2
    assert [run.asked_by for run in run_log() if run.view == TIMELINE] == ["first"]


def test_six_who_ask_at_the_same_moment(committed: None, acme: World) -> None:
    add_orders(acme, 1)
    outcomes = run_threads(6, lambda _: refresh_view(view=TIMELINE, asked_by="test"))
    done = outcomes.count(RefreshOutcome.DONE)
    assert done >= 1
    assert outcomes.count(RefreshOutcome.ALREADY_RUNNING) == 6 - done
    assert len(run_log()) == done
    assert all(run.finished_at and not run.error for run in run_log())


def start_worker() -> "subprocess.Popen[bytes]":
    """A process of its own that refreshes the timeline, on this test's database."""
    settings = connections["default"].settings_dict
    query = "&".join(
        f"{key}={value}" for key, value in settings["OPTIONS"].items() if key != "pool"
    )
    host = str(settings["HOST"]).replace("/", "%2F")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    login = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
    url = f"postgres://{login}@{host}{port}/{settings['NAME']}?{query}"
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "refresh_views", TIMELINE],
        env={**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_worker_killed_halfway_leaves_the_old_contents(committed: None, acme: World) -> None:
    add_orders(acme, 2)
    assert refresh_view(view=TIMELINE, asked_by="test") is RefreshOutcome.DONE
    add_orders(acme, 1)
    with orders_out_of_reach():
        worker = start_worker()
        wait_for(is_running, 60)
        worker.kill()
        worker.wait()
        # The server notices by itself, although the query is waiting.
        wait_for(lambda: not is_running(), 60)
    assert seen_rows(acme) == 2
    age_runs()
    killed = freshness_of(TIMELINE)
    assert (killed.failures, killed.last_error) == (1, "killed")
    assert killed.age is not None
    assert killed.age >= timedelta(seconds=60)
    assert refresh_view(view=TIMELINE, asked_by="test") is RefreshOutcome.DONE
    assert (seen_rows(acme), freshness_of(TIMELINE).failures) == (3, 0)


def test_a_server_process_ended_halfway_is_a_failure(committed: None, acme: World) -> None:
    add_orders(acme, 1)
    outcomes: list[RefreshOutcome] = []
    pids: list[int] = []

    def work() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            outcomes.append(refresh_view(view=TIMELINE, asked_by="first"))
        finally:
            connections.close_all()

    with orders_out_of_reach():
        first = Thread(target=work)
        first.start()
        wait_for(is_running)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pids[0]])
        first.join()
    assert outcomes == [RefreshOutcome.FAILED]
    assert seen_rows(acme) == 0
    found = freshness_of(TIMELINE)
    assert (found.failures, found.last_error) == (1, "AdminShutdown (57P01)")


def test_a_refresh_that_takes_too_long_is_ended_and_two_raise_the_alarm(
    committed: None, acme: World, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VIEW_REFRESH_TIMEOUT_SECONDS = 1
    caplog.set_level("WARNING", logger="scoring")
    with orders_out_of_reach():
        assert refresh_view(view=TIMELINE, asked_by="test") is RefreshOutcome.FAILED
        assert freshness_of(TIMELINE).state is FreshnessState.NEVER
        assert not [record for record in caplog.records if record.levelname == "ERROR"]
        assert refresh_view(view=TIMELINE, asked_by="test") is RefreshOutcome.FAILED
    found = freshness_of(TIMELINE)
    assert (found.state, found.last_error) == (FreshnessState.FAILING, "QueryCanceled (57014)")
    alarms = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert alarms == ["view refresh keeps failing"]
    with pytest.raises(CommandError):
        call_command("refresh_views", "--status", stdout=StringIO())
    settings.VIEW_REFRESH_TIMEOUT_SECONDS = 60
    assert refresh_view(view=TIMELINE, asked_by="test") is RefreshOutcome.DONE
    assert freshness_of(TIMELINE).state is FreshnessState.FRESH


def due(at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT view_refresh_due(%s, %s)", [TIMELINE.value, at])
        return bool(cursor.fetchone()[0])


def log_run(started_at: datetime, *, error: str = "") -> None:
    ViewRefresh.objects.using("owner").create(
        view=TIMELINE, started_at=started_at, finished_at=started_at, error=error
    )


def test_two_o_clock_where_a_company_is(committed: None, acme: World, globex: World) -> None:
    # Sydney is 10 hours ahead of UTC in June, Kolkata 5:30.
    assert due(datetime(2026, 6, 1, 12, tzinfo=UTC)), "never refreshed"
    log_run(datetime(2026, 6, 1, 12, tzinfo=UTC))
    assert not due(datetime(2026, 6, 1, 15, 59, tzinfo=UTC))
    assert due(datetime(2026, 6, 1, 16, 0, tzinfo=UTC)), "02:00 in Sydney"
    log_run(datetime(2026, 6, 1, 16, 0, tzinfo=UTC))
    assert not due(datetime(2026, 6, 1, 20, 29, tzinfo=UTC))
    assert due(datetime(2026, 6, 1, 20, 30, tzinfo=UTC)), "02:00 in Kolkata"
    log_run(datetime(2026, 6, 1, 20, 30, tzinfo=UTC), error="QueryCanceled (57014)")
    assert not due(datetime(2026, 6, 1, 20, 40, tzinfo=UTC)), "it failed a moment ago"
    assert due(datetime(2026, 6, 1, 20, 45, tzinfo=UTC)), "again after a quarter of an hour"


@pytest.mark.parametrize(
    "day", [datetime(2026, 10, 4, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC)]
)
def test_each_day_has_one_night_when_clocks_change(
    committed: None, acme: World, globex: World, day: datetime
) -> None:
    # Sydney's 02:00 does not exist on 4 October and comes twice on 5 April (UTC+10 and +11).
    log_run(day - timedelta(days=2))
    nights = 0
    for quarter in range(-96, 96):
        at = day + timedelta(minutes=15 * quarter)
        if due(at):
            nights += 1
            log_run(at)
    assert nights == 1 + 4, "the first look, then twice a day for two zones"


def test_the_night_refreshes_once(committed: None, acme: World) -> None:
    assert refresh_if_due(view=TIMELINE) is RefreshOutcome.DONE
    assert refresh_if_due(view=TIMELINE) is None


def test_a_button_asks_through_the_outbox_and_the_trail_knows_who(
    committed: None, acme: World
) -> None:
    with acme.inside():
        ask_refresh(actor=acme.actor(Role.MANAGER), view=TIMELINE.value)
        event = AuditEvent.objects.get(action="view.refresh_asked")
        assert event.actor_name == "Manager of Acme"
        assert OutboxEvent.objects.get(topic="views.refresh_asked").payload == {"view": TIMELINE}
    outbox.drain(acme.company.pk)
    with acme.inside():
        assert OutboxEvent.objects.get(topic="views.refresh_asked").done_at is not None


def test_who_may_not_ask_and_for_what(acme: World) -> None:
    with pytest.raises(Forbidden):
        ask_refresh(actor=acme.actor(Role.RECEPTIONIST), view=TIMELINE.value)
    with pytest.raises(InvalidInput):
        ask_refresh(actor=acme.actor(Role.MANAGER), view="scoring_order")
    with pytest.raises(RuntimeError):  # inside a transaction it could not log its begin
        refresh_view(view=TIMELINE, asked_by="test")


def test_freshness_in_words() -> None:
    def state(**values: Any) -> FreshnessState:
        given: dict[str, Any] = {
            "view": "v", "as_of": None, "rows": 1, "seconds": 1.0, "running_since": None,
            "failures": 0, "last_failed_at": None, "last_error": "", "age": timedelta(hours=1),
        }  # fmt: skip
        return Freshness(**(given | values)).state

    assert state() is FreshnessState.FRESH
    assert state(age=timedelta(hours=37)) is FreshnessState.OLD
    assert state(failures=1) is FreshnessState.FRESH
    assert state(failures=2) is FreshnessState.FAILING
