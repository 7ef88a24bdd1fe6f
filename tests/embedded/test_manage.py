"""`make shell`, `make demo` and `make reset`: beside a running Switchboard, and without one."""

import subprocess
from pathlib import Path

from tests.embedded.checkouts import (
    SECONDS,
    copy_checkout,
    processes_naming,
    surroundings,
)
from tests.embedded.standing import Standing

WHO = "from django.db import connection; c = connection.cursor(); "
WHO += "c.execute('SELECT current_user'); print('I am', c.fetchone()[0])"


def task(checkout: Path, module: str, *arguments: str, **more: str) -> tuple[int, str]:
    """Run a task's module as make does; its exit code and output."""
    done = subprocess.run(
        [checkout / ".venv" / "bin" / "python", "-m", f"crm.embedded.{module}", *arguments],
        cwd=checkout,
        env=surroundings(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout


def test_shell_starts_servers_of_its_own_and_stops_them(checkout: Path, standing: Standing) -> None:
    standing.down()
    code, output = task(checkout, "manage", "shell", "-c", WHO)
    assert code == 0, output
    assert "I am crm_app" in output
    assert processes_naming(checkout) == []


def test_shell_uses_the_servers_that_run(checkout: Path, standing: Standing) -> None:
    started = standing.up()
    before = started.children()
    code, output = task(checkout, "manage", "shell", "-c", WHO)
    assert code == 0, output
    assert "I am crm_app" in output
    assert "PostgreSQL" not in output
    assert started.children() == before
    assert started.is_ready()


def test_exit_code_of_the_command_is_passed_on(checkout: Path) -> None:  # whatever runs
    code, output = task(checkout, "manage", "shell", "-c", "raise SystemExit(7)")
    assert code == 7, output


def test_reset_asks_first(place: Path) -> None:
    home = copy_checkout(place / "to be reset")
    kept = home / ".data" / "something"
    kept.parent.mkdir()
    kept.write_text("kept")
    code, output = task(home, "reset")
    assert code == 1
    assert "FORCE=1" in output
    assert kept.exists()
    code, output = task(home, "reset", FORCE="1")
    assert code == 0, output
    assert not kept.parent.exists()


def test_reset_of_a_running_one_is_refused(checkout: Path, standing: Standing) -> None:
    started = standing.up()
    code, output = task(checkout, "reset", FORCE="1")
    assert code == 1
    assert "stop it first" in output
    assert started.is_ready()
