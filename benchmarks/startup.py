"""`make run` as a new user has it: from a fresh clone to the sign-in page, then a second time.

The clone is of the committed HEAD, with a HOME of its own and nothing but PATH and the package
clients' settings in the environment. Packages come from wherever pip is told to take them.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.measure import Report
from crm.embedded.places import ROOT

PATIENCE_SECONDS = 300
KEPT = ("PIP_", "UV_", "SSL_", "REQUESTS_", "CURL_")
ADDRESS = re.compile(r"https?://(?:127\.0\.0\.1|localhost)(?::\d+)?\S*")


def run(report: Report) -> None:
    """Clone, start cold, stop, start warm, stop."""
    base = Path(tempfile.mkdtemp(prefix="switchboard-start-"))
    checkout, home = base / "checkout", base / "home"
    try:
        subprocess.run(["git", "clone", "-q", str(ROOT), str(checkout)], check=True)
        home.mkdir()
        pip = Path(os.environ.get("HOME", "/nonexistent")) / ".config" / "pip"
        if pip.is_dir():
            shutil.copytree(pip, home / ".config" / "pip")
        for what in ("cold", "warm"):
            seconds = _seconds_to_first_page(checkout, home, base / f"{what}.log")
            report(f"`make run` to the sign-in page, {what}", f"{seconds:.1f} s")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _seconds_to_first_page(checkout: Path, home: Path, log: Path) -> float:
    environment = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
    environment |= {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=checkout,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not _answers(log):
            if process.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
                raise RuntimeError(f"make run shows no page:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        return time.monotonic() - began
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)


def _answers(log: Path) -> bool:
    found = ADDRESS.search(log.read_text(errors="replace"))
    if found is None:
        return False
    try:
        with urllib.request.urlopen(found[0], timeout=5) as page:
            return b"password" in page.read()
    except (urllib.error.URLError, OSError):
        return False
