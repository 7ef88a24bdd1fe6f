"""The refreshed views and the segments: what a refresh costs, and what its readers feel.

Refreshes run as crm_app asks for them, CONCURRENTLY; beside each, a reader asks for one customer's
timeline again and again, as a page would.
"""

import os
import random
import threading
from collections.abc import Callable, Iterator
from time import perf_counter, perf_counter_ns

import psycopg

from benchmarks.measure import Report, Timing, timed, timing_of
from benchmarks.orders_at_scale import ensure_orders
from crm.actors import Actor, Door, system_actor
from crm.exports.csv_file import stream_csv
from crm.exports.xlsx_file import stream_xlsx
from crm.models import Company
from crm.tenancy import use_company
from scoring.models import Segment
from scoring.selectors.marketing_export import MARKETING_COLUMNS, marketing_rows
from scoring.services.membership import Evaluation, evaluate_customers, evaluate_segment
from scoring.services.segments import ensure_system_segments

PEOPLE = 2000
NEW_ORDERS = 10_000
VIEWS = ("customer_activity_timeline", "customer_marketing_export", "customer_segment_counts")
LIVE = (
    "SELECT * FROM customer_activity_live WHERE customer_id = %s ORDER BY created_at DESC LIMIT 30"
)
KEPT = LIVE.replace("_live", "_timeline")
LARGEST = """
SELECT company_id FROM customers_customer GROUP BY company_id ORDER BY count(*) DESC LIMIT 1
"""
BUYERS = """
SELECT customer_id FROM scoring_order TABLESAMPLE SYSTEM (20) REPEATABLE (7)
 WHERE company_id = %s LIMIT %s
"""
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
 WHERE attrelid = 'scoring_order'::regclass AND attnum > 0 AND NOT attisdropped
   AND attgenerated = ''
"""


def run(report: Report) -> None:
    """Measure views, then segments, then exports."""
    owner_url, app_url = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    orders, seconds = ensure_orders(owner_url)
    report("Orders there", f"{orders:,} ({seconds:.0f} s to make, next to nothing when there)")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        (company_id,) = owner.execute(LARGEST).fetchone() or (0,)
        people = [row[0] for row in owner.execute(BUYERS, [company_id, PEOPLE]).fetchall()]
        random.Random(7).shuffle(people)
        with psycopg.connect(app_url, autocommit=True) as app:
            app.execute("SELECT set_config('crm.company_id', %s, false)", [str(company_id)])
            _segments(report, company_id, people)
            for view in VIEWS:
                _refreshes(report, owner, app, view, company_id, people)
            owner.execute("VACUUM ANALYZE customer_activity_timeline_all")
            report("Timeline of one customer, live", _reading(app, LIVE, people).text())
            report("Timeline of one customer, refreshed view", _reading(app, KEPT, people).text())
    _exports(report, company_id)


def _reading(app: psycopg.Connection, statement: str, people: list[str]) -> Timing:
    return timed(lambda pk: app.execute(statement, [pk], prepare=True).fetchall(), people)


def _refreshes(
    report: Report,
    owner: psycopg.Connection,
    app: psycopg.Connection,
    view: str,
    company_id: int,
    people: list[str],
) -> None:
    for what in ("first", "unchanged", f"after {NEW_ORDERS:,} new orders"):
        if what.startswith("after"):
            if view != "customer_activity_timeline":
                continue
            _add_orders(owner)
        with _Reader(company_id, people) as reader:
            rows, seconds = _refresh(app, view)
        report(
            f"{view}: {what}",
            f"{rows:,} rows in {seconds:.1f} s; {len(reader.durations):,} reads meanwhile: "
            f"{timing_of(reader.durations).text()}, slowest {max(reader.durations) / 1e6:.1f} ms",
        )


def _refresh(app: psycopg.Connection, view: str) -> tuple[int, float]:
    (run_id,) = app.execute("SELECT view_refresh_begin(%s, 'benchmark')", [view]).fetchone() or (0,)
    began = perf_counter()
    (rows,) = app.execute("SELECT view_refresh_run(%s)", [run_id]).fetchone() or (0,)
    return rows, perf_counter() - began


def _add_orders(owner: psycopg.Connection) -> None:
    (columns,) = owner.execute(COLUMNS).fetchone() or ("",)
    copied = columns.replace("external_id", "'again-' || id || clock_timestamp()")
    copied = "new_uuid7(), " + ", ".join(copied.split(", ")[1:])
    with owner.transaction():
        for (company,) in owner.execute("SELECT id FROM crm_company").fetchall():
            owner.execute("SELECT set_config('crm.company_id', %s, true)", [str(company)])
            owner.execute(
                f"INSERT INTO scoring_order ({columns}) SELECT {copied} FROM scoring_order"
                " WHERE company_id = %s AND customer_id IS NOT NULL LIMIT %s",
                [company, NEW_ORDERS // 4],
            )


class _Reader:
    """Asks for timelines of the refreshed view until the block ends."""

    def __init__(self, company_id: int, people: list[str]) -> None:
        self.company = str(company_id)
        self.people, self.durations = people, list[int]()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._read)

    def __enter__(self) -> "_Reader":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _read(self) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as app:
            app.execute("SELECT set_config('crm.company_id', %s, false)", [self.company])
            place = 0
            while not self.stop.is_set():
                person = self.people[place % len(self.people)]
                began = perf_counter_ns()
                app.execute(KEPT, [person], prepare=True).fetchall()
                self.durations.append(perf_counter_ns() - began)
                place += 1
                self.stop.wait(0.005)


def _segments(report: Report, company_id: int, people: list[str]) -> None:
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
        actor = system_actor(company, door=Door.COMMAND, name="benchmark")
        ensure_system_segments(actor=actor)
        segments = list(Segment.objects.filter(is_system=True).order_by("slug"))
    for what in ("first", "unchanged"):
        total = 0.0
        for segment in segments:
            seconds, found = _timed_evaluation(actor, segment)
            total += seconds
            report(
                f"Segment {segment.slug}: {what}",
                f"{seconds:.2f} s, {found.joined:,} joined, {found.left:,} left",
            )
        report(f"All {len(segments)} segments: {what}", f"{total:.1f} s")
    some = list(dict.fromkeys(people))[:1000]
    began = perf_counter()
    with use_company(company_id):
        evaluate_customers(actor=actor, customer_ids=some)
    report(f"All segments for {len(some):,} changed customers", f"{perf_counter() - began:.2f} s")


def _timed_evaluation(actor: Actor, segment: Segment) -> tuple[float, Evaluation]:
    began = perf_counter()
    with use_company(actor.company.pk):
        found = evaluate_segment(actor=actor, segment_id=segment.pk)
    return perf_counter() - began, found


def _exports(report: Report, company_id: int) -> None:
    with use_company(company_id):
        company = Company.objects.get(pk=company_id)
    actor = system_actor(company, door=Door.COMMAND, name="benchmark")
    writers: list[tuple[str, Callable[..., Iterator[bytes]]]] = [
        ("CSV", stream_csv),
        ("XLSX", stream_xlsx),
    ]
    for name, write in writers:
        began, size, first = perf_counter(), 0, 0.0
        for part in write(
            list(MARKETING_COLUMNS.values()), marketing_rows(actor=actor), zone=company.zone
        ):
            first = first or perf_counter() - began
            size += len(part)
        report(
            f"Marketing export as {name}, every column",
            f"{perf_counter() - began:.0f} s, {size / 2**20:.0f} MB,"
            f" first part after {first:.2f} s",
        )
