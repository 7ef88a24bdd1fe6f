"""The Chromium of this machine, for the browser tests; installed where that is possible."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find_chromium(surroundings: Mapping[str, str] = os.environ) -> str | None:
    """The path of a Chromium that starts, or None. CHROMIUM of the environment comes first."""
    named = surroundings.get("CHROMIUM")
    path = surroundings.get("PATH", os.defpath)
    candidates = [named] if named else [shutil.which(name, path=path) for name in NAMES]
    if sys.platform == "darwin" and not named:
        candidates.append(MAC)
    return next((found for found in candidates if found and _starts(found)), None)


def _starts(program: str) -> bool:
    # Ubuntu's package is only a hint to install a snap, so being there is not enough.
    try:
        result = subprocess.run(
            [program, "--version"], capture_output=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0 and b"snap install" not in result.stdout


def may_install() -> bool:
    """Whether this is Debian or Ubuntu, and we are root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_chromium(log: Path) -> str | None:
    """Install Debian's chromium; its path, or None when that failed (see `log`)."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with log.open("wb") as output:
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            done = subprocess.run(
                ["apt-get", "-q", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            if done.returncode:
                return None
    return find_chromium()
