"""Copies of this checkout in awkward places, and supervisors that run in them."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from crm.embedded.children import birth, command_line, kill_group, wait_until
from crm.embedded.places import ROOT, Account, fingerprint

COPIED = ("crm", "customers", "leads", "scoring", "templates", "manage.py", "requirements.lock")
AWKWARD = Path("a folder with spaces and ünïcode", "long " + "x" * 190, "checkout")
SECONDS = 90
DROPPED = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PORT", "SECRET_KEY", "DEMO")


def copy_checkout(target: Path, python_environment: Path = Path(sys.prefix)) -> Path:
    """Copy what `make run` needs; the virtual environment is shared."""
    target.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target / name, ignore=ignore)
        else:
            shutil.copy(source, target / name)
    (target / ".venv").symlink_to(python_environment)
    return target


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a terminal, without what the test run itself has set."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    return {**kept, "DEMO": "0", **more}


def status_of(port: int, path: str) -> int:
    """The HTTP status of a page, or 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


class Run:
    """One `make run` in a checkout, as a process with a session of its own."""

    def __init__(self, checkout: Path, *, account: Account | None = None, **more: str) -> None:
        self.checkout = checkout
        self.output_file = checkout / f"output-{time.monotonic_ns()}.txt"
        with self.output_file.open("wb") as output:
            self.process = subprocess.Popen(
                [checkout / ".venv" / "bin" / "python", "-m", "crm.embedded.supervisor"],
                cwd=checkout,
                env=surroundings(**more),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )

    @property
    def output(self) -> str:
        """What the terminal shows so far."""
        return self.output_file.read_text(encoding="utf-8")

    @property
    def port(self) -> int:
        """The port of the printed URL; 0 before it is printed."""
        found = re.search(r"http://127\.0\.0\.1:(\d+)\n", self.output)
        return int(found[1]) if found else 0

    def wait(self) -> "Run":
        """Wait until the URL is printed."""
        wait_until(lambda: self.port != 0 or self.process.poll() is not None, SECONDS)
        assert self.port, self.output
        return self

    def is_ready(self) -> bool:
        """Whether the web answers with its database and its broker."""
        return status_of(self.port, "/readyz") == 200

    def children(self) -> dict[str, int]:
        """The pids of the children by name, as the supervisor wrote them down."""
        path = self.checkout / ".data" / "children.json"
        rows: list[list[Any]] = json.loads(path.read_text()) if path.exists() else []
        return {name: pid for name, pid, _ in rows}

    def ctrl_c(self) -> int:
        """What a terminal does at Ctrl-C; returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(SECONDS)

    def clean_up(self) -> None:
        """End it the quick way; the next start recovers (which has tests of its own)."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            for pid in self.children().values():
                kill_group(pid)
        for sockets in Path(tempfile.gettempdir()).glob(
            f"switchboard-*-{fingerprint(self.checkout)}"
        ):
            shutil.rmtree(sockets, ignore_errors=True)


def gone(pids: dict[str, int]) -> bool:
    """Whether all of the processes have ended, within the patience of a test."""
    return wait_until(lambda: all(birth(pid) is None for pid in pids.values()), SECONDS)


def pids_naming(checkout: Path) -> list[int]:
    """The processes whose command line holds the checkout's path (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if str(checkout) in line:
            found.append(int(path.parent.name))
    return found


def processes_naming(checkout: Path) -> list[str]:
    """The command lines of those processes."""
    return [command_line(pid) for pid in pids_naming(checkout)]
