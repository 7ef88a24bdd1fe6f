"""`make test`: all tests on all cores, browser tests with the system's Chromium."""

import os
import signal
import subprocess
import sys

from crm.embedded.browser import find_chromium, install_chromium, may_install
from crm.embedded.places import ROOT, local_data
from crm.embedded.terminal import say, step

LEFT_OUT = (
    "Left out: the browser tests (marked `browser`), because no Chromium was found. "
    "Install chromium or set CHROMIUM=/its/path, then: make test ARGS='-m browser'"
)


def _chromium() -> str | None:
    found = find_chromium()
    if found is None and not os.environ.get("CHROMIUM") and may_install():
        with step("Installing Chromium"):
            found = install_chromium(local_data() / "chromium-install.log")
    return found


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def main(arguments: list[str]) -> int:
    """Run pytest with the arguments; returns its exit code."""
    chromium = _chromium()
    if chromium is None and os.environ.get("CI") == "true":
        say("CI runs the browser tests, but no Chromium was found and none could be installed.")
        return 1
    command = [sys.executable, "-m", "pytest", "-n", str(_cores()), "--dist", "loadgroup"]
    environment = dict(os.environ)
    if chromium is None:
        command += ["-m", "not browser"]
    else:
        environment["CHROMIUM"] = chromium
    # Ctrl-C is pytest's; we wait until it has cleaned up.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    code = subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False).returncode
    if chromium is None:
        say(LEFT_OUT)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
