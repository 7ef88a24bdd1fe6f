"""From a bare Python to a virtual environment with all that Switchboard needs, then on to a task.

    python3 crm/embedded/bootstrap.py run|test|lint|bench|demo|shell|manage|reset|lock [arguments]

Standard library only, and syntax that an old Python can read far enough to say what is missing.
Each step may be interrupted: a stamp is written only after all of it is done.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
INSTALLER_LOCK = ROOT / "crm" / "embedded" / "installer.lock"

RUN_LOCK = ROOT / "requirements.lock"
TESTS_LOCK = ROOT / "tests" / "requirements.lock"
# Task → what has to be installed, and the module that does it.
TASKS = {
    "run": (RUN_LOCK, "crm.embedded.supervisor"),
    "shell": (RUN_LOCK, "crm.embedded.manage"),
    "demo": (RUN_LOCK, "crm.embedded.manage"),
    "manage": (RUN_LOCK, "crm.embedded.manage"),
    "reset": (RUN_LOCK, "crm.embedded.reset"),
    "test": (TESTS_LOCK, "crm.embedded.testing"),
    "lint": (TESTS_LOCK, "crm.embedded.linting"),
    "bench": (TESTS_LOCK, "crm.embedded.benchmarking"),
    "lock": (TESTS_LOCK, "crm.embedded.requirements"),
}
FIRST_ARGUMENTS = {"shell": ["shell"], "demo": ["load_demo"]}

# Only for a Python without ensurepip (Debian without python3-venv) and without pip.
PIP_WHEEL = (
    "https://files.pythonhosted.org/packages/07/25/"
    "ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
)
PIP_WHEEL_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


class CannotGoOn(Exception):
    """The message tells the person at the terminal what to do."""


def main(arguments: list[str]) -> None:
    """Prepare the virtual environment and become the task's process."""
    # A background job may start with Ctrl-C ignored; it has to work here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.version_info < OLDEST_PYTHON:
        go_on_with_newer_python(arguments)
    if not arguments or arguments[0] not in TASKS:
        raise CannotGoOn(__doc__ or "")
    lock, module = TASKS[arguments[0]]
    make_environment()
    install(lock)
    rest = FIRST_ARGUMENTS.get(arguments[0], []) + arguments[1:]
    os.chdir(ROOT)
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), "-m", module, *rest])  # noqa: S606


def go_on_with_newer_python(arguments: list[str]) -> None:
    """Replace this process by the first Python that is new enough."""
    names = ["python3.13", "python3.12", "python3.11", "python3.14", "python3"]
    folders = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/local/bin", "/usr/bin"]
    for candidate in [Path(folder, name) for name in names for folder in folders if folder]:
        if candidate.exists() and is_new_enough(candidate):
            os.execv(candidate, [str(candidate), str(Path(__file__).resolve()), *arguments])  # noqa: S606
    raise CannotGoOn(
        f"Switchboard needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
        "Install it (Debian 12, Ubuntu 24.04 and Fedora have it), or name it: "
        "make run PYTHON=/path/to/python3.12"
    )


def is_new_enough(python: Path) -> bool:
    """Whether the interpreter works at all and is 3.11 or newer."""
    check = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    try:
        return subprocess.run([str(python), "-c", check], capture_output=True).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """Make `.venv`, unless a working one is there; a broken one is replaced."""
    if is_new_enough(VENV_PYTHON) and has_pip(VENV_PYTHON):
        return
    started = say("Virtual environment")
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    if has_module(Path(sys.executable), "ensurepip"):
        run_quietly([sys.executable, "-m", "venv", str(VENV)])
    else:
        run_quietly([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
        add_pip()
    done(started)


def has_module(python: Path, module: str) -> bool:
    """Whether the interpreter can import the module."""
    return (
        subprocess.run([str(python), "-c", f"import {module}"], capture_output=True).returncode == 0
    )


def has_pip(python: Path) -> bool:
    """Whether the interpreter has pip (a half-made environment has not)."""
    return has_module(python, "pip")


def add_pip() -> None:
    """Put pip into an environment that was made without ensurepip."""
    with tempfile.TemporaryDirectory() as directory:
        wheel = Path(directory) / PIP_WHEEL.rpartition("/")[2]
        try:
            with urllib.request.urlopen(PIP_WHEEL, timeout=60) as response:
                content = response.read()
        except (urllib.error.URLError, OSError) as error:
            raise CannotGoOn(
                f"This Python has no ensurepip, and pip could not be fetched ({error}).\n"
                "Install it: apt install python3-venv (Debian, Ubuntu), then start again."
            ) from error
        if hashlib.sha256(content).hexdigest() != PIP_WHEEL_SHA256:
            raise CannotGoOn(f"{PIP_WHEEL} is not the file it should be; nothing was installed.")
        wheel.write_bytes(content)
        run_quietly([str(VENV_PYTHON), f"{wheel}/pip", "install", "-q", "--no-index", str(wheel)])


def install(lock: Path) -> None:
    """Install a lock file, unless the same one is installed already."""
    stamp = VENV / f"installed-{lock.parent.name if lock.parent != ROOT else 'run'}.txt"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    started = say("Python packages")
    stamp.unlink(missing_ok=True)
    if not install_with_uv(lock):
        pip = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
        run_quietly([*pip, "--require-hashes", "-r", str(lock)])
    unfinished = stamp.with_suffix(".new")
    unfinished.write_text(wanted)
    unfinished.rename(stamp)
    done(started)


def install_with_uv(lock: Path) -> bool:
    """Install with uv, which is many times faster than pip; False when it does not work here."""
    quiet_pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "-q"]
    uv = VENV / "bin" / "uv"
    wanted = INSTALLER_LOCK.read_text().split("uv==", 1)[1].split()[0]
    if not uv.exists() or wanted not in output_of([str(uv), "--version"]):
        command = [*quiet_pip, "install", "--require-hashes", "-r", str(INSTALLER_LOCK)]
        if subprocess.run(command, capture_output=True).returncode:
            return False
    command = [str(uv), "pip", "install", "--python", str(VENV_PYTHON), "--quiet"]
    command += ["--require-hashes", "-r", str(lock)]
    return subprocess.run(command, env=uv_environment(), capture_output=True).returncode == 0


def uv_environment() -> dict:
    """The environment for uv, told what pip knows about indexes; hashes make any index safe."""
    environment = dict(os.environ)
    home = Path(environment.get("HOME") or "/")
    if not os.access(home, os.W_OK):
        environment["UV_NO_CACHE"] = "1"
    for line in output_of([str(VENV_PYTHON), "-m", "pip", "config", "list"]).splitlines():
        name, _, value = line.partition("=")
        variable = {
            "index-url": "UV_DEFAULT_INDEX",
            "extra-index-url": "UV_INDEX",
            "find-links": "UV_FIND_LINKS",
            "cert": "SSL_CERT_FILE",
        }.get(name.rpartition(".")[2])
        if variable:
            environment.setdefault(variable, " ".join(value.strip("'\"").split()))
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def output_of(command: list[str]) -> str:
    """What a command prints, empty when it fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout
    except OSError:
        return ""


def run_quietly(command: list[str]) -> None:
    """Run a command; its output is shown only when it fails."""
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    if result.returncode:
        raise CannotGoOn(f"failed: {' '.join(command)}\n{result.stdout[-3000:]}")


def say(what: str) -> float:
    """Announce a step; returns when it began."""
    print(f"  {what:<28}", end="", flush=True)
    return time.monotonic()


def done(started: float) -> None:
    """Finish the line of a step with its duration."""
    print(f"{time.monotonic() - started:6.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except CannotGoOn as reason:
        print(f"\n{reason}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("\nInterrupted; the next start goes on from here.", file=sys.stderr)
        sys.exit(130)
