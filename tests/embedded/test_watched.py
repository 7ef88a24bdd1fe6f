"""A child that keeps dying is tried again with growing pauses, then given up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm.embedded.children import birth, start_child, wait_until
from crm.embedded.errors import StartError
from crm.embedded.leftovers import ChildrenRecord
from crm.embedded.watched import HEALTHY_AFTER, PAUSES, DjangoProcess, Watched


def process_that(code: str, directory: Path) -> DjangoProcess:
    return DjangoProcess(
        [sys.executable, "-c", code],
        log=directory / "child.log",
        environment=dict(os.environ),
        directory=directory,
        patience=5.0,
    )


class Clock:
    """A clock that the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def die_and_look(watched: Watched, clock: Clock, pause: float) -> bool:
    """Wait for the child's death, look (which only plans), wait the pause, look again."""
    assert wait_until(lambda: not watched.server.is_running(), 10)
    assert watched.look_after() is False
    clock.now += pause
    return watched.look_after()


def test_given_up_after_several_tries(tmp_path: Path) -> None:
    clock = Clock()
    watched = Watched("Web", process_that("print('no such table'); exit(3)", tmp_path), clock)
    watched.start()
    for pause in PAUSES:
        assert die_and_look(watched, clock, pause)
    assert wait_until(lambda: not watched.server.is_running(), 10)
    with pytest.raises(StartError, match=r"Web keeps failing[^$]*no such table"):
        watched.look_after()


def test_a_long_life_gives_fresh_tries(tmp_path: Path) -> None:
    clock = Clock()
    watched = Watched("Web", process_that("exit(3)", tmp_path), clock)
    watched.start()
    for pause in PAUSES:
        assert die_and_look(watched, clock, pause)
    clock.now += HEALTHY_AFTER + 1
    assert die_and_look(watched, clock, PAUSES[0])
    watched.server.stop()


def test_no_restart_before_the_pause_is_over(tmp_path: Path) -> None:
    clock = Clock()
    watched = Watched("Web", process_that("exit(3)", tmp_path), clock)
    watched.start()
    assert not die_and_look(watched, clock, PAUSES[0] / 2)
    watched.server.stop()


def test_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time\nfor n in (15, 3): signal.signal(n, signal.SIG_IGN)\n"
    process = process_that(deaf + "print('deaf', flush=True); time.sleep(600)", tmp_path)
    process.patience = 0.1
    process.start()
    assert wait_until(lambda: "deaf" in process.log.read_text(), 10)
    process.stop()
    assert not process.is_running()


def test_grandchildren_end_with_their_parent(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(p.pid, flush=True); time.sleep(600)"
    )
    process = process_that(code, tmp_path)
    process.start()
    assert wait_until(lambda: process.log.read_text().strip().isdigit(), 10)
    grandchild = int(process.log.read_text())
    process.stop()
    assert wait_until(lambda: birth(grandchild) is None, 10)


def test_leftovers_end_and_strangers_stay(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    leftover = start_child(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        log=tmp_path / "log",
        environment={},
    )
    record = ChildrenRecord(tmp_path / "children.json")
    record.write({"Web": leftover.pid, "Worker": stranger.pid})
    # The stranger got the worker's pid later: its birth differs from what was written down.
    text = record.path.read_text().replace(f'"{birth(stranger.pid)}"', '"1"')
    if birth(stranger.pid) == birth(leftover.pid):  # born in the same tick
        text = text.replace('"1"', f'"{birth(leftover.pid)}"', 1)
    record.path.write_text(text)
    try:
        assert record.end_leftovers() == ["Web"]
        assert leftover.wait(10) != 0
        assert stranger.poll() is None
        assert record.end_leftovers() == []
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_damaged_record_stops_no_start(tmp_path: Path, text: str) -> None:
    record = ChildrenRecord(tmp_path / "children.json")
    record.path.write_text(text)
    assert record.end_leftovers() == []
