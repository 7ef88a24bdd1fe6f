"""Timing: warm-up, rounds, percentiles, and the yardsticks that make figures comparable.

A figure in milliseconds says little about another machine, or about this one when it is busy.
Every run therefore also measures a `SELECT 1` round trip and the read of one row by primary key
over the same kind of connection, and figures are given as multiples of them.
"""

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import psycopg

Report = Callable[[str, str], None]


@dataclass(frozen=True)
class Timing:
    """Durations of one thing done many times, in milliseconds, sorted."""

    milliseconds: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """The duration that `share` (0 to 1) of the rounds stay within."""
        place = min(len(self.milliseconds) - 1, int(share * len(self.milliseconds)))
        return self.milliseconds[place]

    @property
    def p50(self) -> float:
        """The median."""
        return self.percentile(0.50)

    @property
    def p95(self) -> float:
        """Nineteen of twenty rounds stay within it."""
        return self.percentile(0.95)

    @property
    def p99(self) -> float:
        """All but one in a hundred stay within it."""
        return self.percentile(0.99)

    def text(self) -> str:
        """The three percentiles for people."""
        return f"p50 {self.p50:.2f} ms, p95 {self.p95:.2f} ms, p99 {self.p99:.2f} ms"


def timing_of(nanoseconds: Iterable[int]) -> Timing:
    """A timing of raw clock differences."""
    return Timing(tuple(sorted(value / 1e6 for value in nanoseconds)))


def timed(call: Callable[[Any], object], inputs: Sequence[Any], *, warm_up: int = 20) -> Timing:
    """Call once for each input, the first `warm_up` of them once before, unmeasured."""
    for value in inputs[:warm_up]:
        call(value)
    return timing_of(_durations(call, inputs))


def timed_together(
    make_call: Callable[[], Callable[[Any], object]],
    inputs: Sequence[Any],
    *,
    clients: int,
    warm_up: int = 20,
) -> Timing:
    """The inputs divided among clients that call at the same time, each with its own connection."""
    calls = [make_call() for _ in range(clients)]
    for call in calls:
        for value in inputs[:warm_up]:
            call(value)
    with ThreadPoolExecutor(clients) as pool:
        parts = pool.map(
            lambda place: _durations(calls[place], inputs[place::clients]), range(clients)
        )
        return timing_of(value for part in parts for value in part)


def _durations(call: Callable[[Any], object], inputs: Sequence[Any]) -> list[int]:
    durations = []
    for value in inputs:
        began = perf_counter_ns()
        call(value)
        durations.append(perf_counter_ns() - began)
    return durations


@dataclass(frozen=True)
class Yardsticks:
    """What the machine can do at best, at this moment."""

    round_trip: Timing
    row_by_key: Timing

    def ratio(self, milliseconds: float) -> str:
        """A duration as multiples of both."""
        trips = milliseconds / self.round_trip.p50
        rows = milliseconds / self.row_by_key.p50
        return f"{trips:.0f} round trips, {rows:.0f} rows by key"


def yardsticks(url: str, *, rounds: int = 2000) -> Yardsticks:
    """Measure `SELECT 1` and one customer by its key on a fresh connection of the owner."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT id FROM customers_customer TABLESAMPLE SYSTEM (1) LIMIT %s", [rounds]
        )
        ids = [row[0] for row in found.fetchall()]
        cursor = connection.cursor()
        read = "SELECT full_name FROM customers_customer WHERE id = %s"
        return Yardsticks(
            round_trip=timed(lambda _: cursor.execute("SELECT 1", prepare=True), range(rounds)),
            row_by_key=timed(
                lambda key: cursor.execute(read, [key], prepare=True).fetchone(), ids or [None]
            ),
        )


def machine_facts(url: str) -> str:
    """Processor, memory, software and load of this run, in one line."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}, PostgreSQL {row[0].split()[0] if row else '?'}, "
        f"load {load:.1f} at the start"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
