"""The supervisor's rules, one by one, with the real processes (a path of 200+ characters, ü)."""

import os
import signal
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from crm.embedded.children import birth, wait_until
from crm.embedded.places import servers_home, socket_directory
from crm.embedded.ports import open_port
from crm.embedded.postgres import EmbeddedPostgres
from tests.embedded.checkouts import SECONDS, Run, gone, pids_naming, processes_naming, status_of
from tests.embedded.standing import Standing

Start = Callable[..., Run]
ALL = {"PostgreSQL", "Valkey", "Worker", "Web"}


def cluster_of(checkout: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(servers_home(checkout) / "postgres", socket_directory(checkout))


def note_down(checkout: Path, text: str) -> None:
    """Commit a row that a recovery must keep."""
    with psycopg.connect(cluster_of(checkout).url("switchboard")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept_notes (note text)")
        connection.execute("INSERT INTO kept_notes VALUES (%s)", [text])


def is_noted(checkout: Path, text: str) -> bool:
    with psycopg.connect(cluster_of(checkout).url("switchboard")) as connection:
        found = connection.execute("SELECT FROM kept_notes WHERE note = %s", [text])
        return found.rowcount == 1


def test_start_reaches_the_sign_in_page(checkout: Path, standing: Standing) -> None:
    assert len(str(checkout)) > 200
    started = standing.up()
    assert status_of(started.port, "/accounts/login/") == 200
    assert started.is_ready()
    assert set(started.children()) == ALL
    secret = checkout / ".data" / "secret_key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(socket_directory(checkout).stat().st_mode) == 0o700


def test_second_start_says_where_it_runs(checkout: Path, standing: Standing) -> None:
    first = standing.up()
    second = Run(checkout)
    assert second.process.wait(SECONDS) == 0
    assert f"already running: http://127.0.0.1:{first.port}" in second.output
    assert first.is_ready()


def test_killed_children_are_started_again(checkout: Path, standing: Standing) -> None:
    started = standing.up()
    note_down(checkout, "before PostgreSQL was killed")
    before = started.children()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    def all_are_new() -> bool:
        now = started.children()
        return set(now) == ALL and not set(now.values()) & set(before.values())

    assert wait_until(all_are_new, SECONDS), started.output
    assert wait_until(started.is_ready, SECONDS), started.output
    assert is_noted(checkout, "before PostgreSQL was killed")
    for name in ALL:
        assert f"{name} had ended and was started again." in started.output


def test_killed_supervisor_takes_its_children_along(checkout: Path, standing: Standing) -> None:
    first = standing.up()
    note_down(checkout, "before the supervisor was killed")
    children = first.children()
    first.process.kill()
    first.process.wait()
    second = standing.again()
    assert gone(children)
    assert second.is_ready()
    assert is_noted(checkout, "before the supervisor was killed")


def test_everything_killed_at_once(checkout: Path, standing: Standing) -> None:
    first = standing.up()
    note_down(checkout, "before all were killed")
    for pid in [first.process.pid, *first.children().values()]:
        os.kill(pid, signal.SIGKILL)
    first.process.wait()
    second = standing.again()
    assert second.is_ready()
    assert is_noted(checkout, "before all were killed")
    # The old worker's own children are gone as well: two clocks would ring everything twice.
    groups = {os.getpgid(pid) for pid in pids_naming(checkout)}
    assert groups <= {*second.children().values(), os.getpgid(second.process.pid)}


def test_stale_pid_of_another_process(checkout: Path, standing: Standing) -> None:
    standing.up().ctrl_c()
    data = cluster_of(checkout).data_directory
    # As after a crash and a reboot: the number belongs to a process of somebody else by now.
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert standing.again().is_ready()
    assert birth(os.getpid()) is not None


def test_ctrl_c_stops_in_order_and_leaves_nothing(checkout: Path, standing: Standing) -> None:
    started = standing.up()
    children = started.children()
    assert started.ctrl_c() == 0
    stopping = started.output.partition("Stopping")[2]
    assert [line.split()[0] for line in stopping.split("\n") if line.strip()] == [
        "Web",
        "Worker",
        "Valkey",
        "PostgreSQL",
    ]
    assert gone(children)
    assert processes_naming(checkout) == []
    log = (checkout / ".data" / "logs" / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")


def test_ctrl_c_in_the_middle_of_a_start(checkout: Path, run: Start, standing: Standing) -> None:
    started = run(checkout)
    assert wait_until(lambda: "Valkey" in started.output, SECONDS)
    assert not started.port
    assert started.ctrl_c() == 0
    assert processes_naming(checkout) == []
    assert standing.up().is_ready()


def test_closed_terminal_stops_it_too(standing: Standing) -> None:
    started = standing.up()
    children = started.children()
    os.kill(started.process.pid, signal.SIGHUP)
    assert started.process.wait(SECONDS) == 0
    assert gone(children)


def test_busy_port_gives_the_next_free_one(checkout: Path, run: Start) -> None:
    with open_port(None) as taken:
        started = run(checkout).wait()
        assert started.port != taken.getsockname()[1]
        assert 8000 <= started.port < 8100


def test_busy_port_that_was_asked_for(checkout: Path, run: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        started = run(checkout, PORT=str(port))
        assert started.process.wait(SECONDS) == 1
    assert f"Port {port} is used by another program" in started.output


@pytest.mark.parametrize("port", ["eight", "0", "65536", "-1", "８０８０"])
def test_port_that_is_none(checkout: Path, run: Start, port: str) -> None:
    started = run(checkout, PORT=port)
    assert started.process.wait(SECONDS) == 1
    assert "PORT must be a number from 1 to 65535" in started.output
