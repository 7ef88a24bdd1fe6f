"""Migrations and demo data: done when something changed, remembered beside the data itself."""

import hashlib
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from crm.embedded.children import end, start_child
from crm.embedded.configuration import Configuration
from crm.embedded.errors import StartError, log_tail
from crm.embedded.terminal import step

MIGRATED = "switchboard-migrated.txt"
DEMO_LOADED = "switchboard-demo.txt"


def schema_fingerprint(checkout: Path) -> str:
    """A hash over all that shapes the database: migrations, SQL files, installed packages."""
    digest = hashlib.sha256()
    files = [*checkout.glob("*/migrations/*.py"), *checkout.glob("*/sql/**/*.sql")]
    for path in [*sorted(files), checkout / "requirements.lock"]:
        digest.update(str(path.relative_to(checkout)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def run_manage(
    configuration: Configuration, arguments: Sequence[str], environment: Mapping[str, str]
) -> str:
    """Run a management command to its end and return its output; StartError when it fails.

    It runs in its own session; an interruption of ours ends it before we go on.
    """
    log = configuration.log("manage")
    before = log.stat().st_size if log.exists() else 0
    process = start_child(
        configuration.manage(*arguments),
        log=log,
        environment=environment,
        directory=configuration.checkout,
    )
    try:
        code = process.wait()
    finally:
        _end_now(process)
    if code:
        raise StartError(f"`manage.py {arguments[0]}` failed:{log_tail(log, lines=20)}")
    with log.open("rb") as stream:
        stream.seek(before)
        return stream.read().decode("utf-8", "replace")


def _end_now(process: "subprocess.Popen[bytes]") -> None:
    end(process, [(signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)])


def migrate(
    configuration: Configuration, environment: Mapping[str, str], data_directory: Path | None
) -> None:
    """Apply migrations when they changed; on an external server (None) look each time."""
    wanted = schema_fingerprint(configuration.checkout)
    stamp = data_directory / MIGRATED if data_directory else None
    if stamp and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    with step("Database tables"):
        run_manage(configuration, ["migrate", "--no-input"], environment)
    if stamp:
        stamp.write_text(wanted, encoding="ascii")


def load_demo(
    configuration: Configuration, environment: Mapping[str, str], data_directory: Path | None
) -> None:
    """Load the demo data on the first start of the embedded database, unless DEMO=0.

    A database of yours (None) gets none by itself; DEMO=1 asks for them.
    """
    wish = configuration.surroundings.get("DEMO", "")
    stamp = data_directory / DEMO_LOADED if data_directory else None
    if wish == "0" or not configuration.has_command("load_demo"):
        return
    if stamp.exists() if stamp else wish != "1":
        return
    with step("Demo data"):
        run_manage(configuration, ["load_demo"], environment)
    if stamp:
        stamp.write_text("loaded\n", encoding="ascii")
