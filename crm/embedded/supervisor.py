"""`make run`: one process that starts, watches and stops all the others.

Order: PostgreSQL, Valkey, migrations, demo data, worker and web; stopped the other way round.
Whatever is killed, the next start recovers: children die with the supervisor, leftovers are
found by pid and birth, the lock is the kernel's.
"""

import http.client
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Sequence
from types import FrameType

from crm.embedded.backends import start_database, start_redis
from crm.embedded.children import wait_until
from crm.embedded.configuration import Configuration
from crm.embedded.errors import StartError, log_tail
from crm.embedded.leftovers import ChildrenRecord
from crm.embedded.lock import AlreadyRunning, SupervisorLock
from crm.embedded.places import servers_home, socket_directory
from crm.embedded.ports import HOST, open_port
from crm.embedded.schema import load_demo, migrate, run_manage
from crm.embedded.terminal import say, step
from crm.embedded.watched import DjangoProcess, Server, Watched

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_SECONDS = 0.2
WEB_SECONDS = 90


class Stop(BaseException):
    """Somebody wants us to stop: Ctrl-C, `kill`, or the terminal was closed."""


class Supervisor:
    """Starts everything, keeps it alive, stops it in order."""

    def __init__(self, configuration: Configuration, lock: SupervisorLock) -> None:
        self.configuration = configuration
        self.lock = lock
        self.watched: list[Watched] = []
        self.record = ChildrenRecord(configuration.children_file)
        self.listener: socket.socket | None = None
        self.is_stopping = False

    def run(self) -> int:
        """Serve until told to stop; returns the exit code."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)
        code = 0
        try:
            self._start_all()
            self._watch()
        except Stop:
            pass
        except StartError as error:
            say(f"\n{error}")
            code = 1
        finally:
            self.is_stopping = True
            self._stop_all()
        return code

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self.is_stopping:
            self.is_stopping = True
            raise Stop

    def _start_all(self) -> None:
        configuration = self.configuration
        say("Switchboard")
        configuration.shorten_logs()
        if configuration.children_file.exists():  # they may still hold the port
            with step("Ending the last start"):
                self.record.end_leftovers()
        self.listener = open_port(configuration.surroundings.get("PORT"))
        self._say_where_data_is()
        urls, cluster = start_database(configuration, self._start)
        environment = configuration.environment(urls, start_redis(configuration, self._start))
        migrate(configuration, environment, cluster)
        load_demo(configuration, environment, cluster)
        with step("Web and worker"):
            logins = self._start_django(environment, self.listener)
        url = "http://{}:{}".format(*self.listener.getsockname())
        self.lock.tell(url=url)
        if logins:  # first, so that the address is what the eye ends on
            say(f"\n{logins.rstrip()}")
        say(f"\n  {url}\n")
        say(f"  Logs: {os.path.relpath(configuration.logs)}   Stop: Ctrl-C\n")

    def _start_django(self, environment: dict[str, str], listener: socket.socket) -> str:
        """Start worker and web, wait until the web answers; returns the demo logins to show."""
        configuration = self.configuration
        worker = DjangoProcess(
            self._worker_command(),
            log=configuration.log("worker"),
            environment=environment,
            directory=configuration.checkout,
            patience=10.0,
        )
        web = DjangoProcess(
            [sys.executable, "-m", "crm.embedded.web", str(listener.fileno())],
            log=configuration.log("web"),
            environment={**environment, "DATABASE_POOL": "1"},
            directory=configuration.checkout,
            patience=8.0,
            listener=listener,
        )
        self._start("Worker", worker)
        self._start("Web", web)
        logins = ""
        if configuration.has_command("demo_logins"):
            logins = run_manage(configuration, ["demo_logins"], environment)
        self._wait_for_web(web, listener.getsockname()[1])
        return logins

    def _start(self, name: str, server: Server) -> None:
        watched = Watched(name, server)
        self.watched.append(watched)  # before the start, so that an interruption stops it too
        watched.start()
        self._write_record()

    def _worker_command(self) -> Sequence[str]:
        return [
            *(sys.executable, "-m", "celery", "-A", "crm.celery", "worker", "--beat"),
            *("--schedule", str(self.configuration.data / "beat-schedule")),
            *("--concurrency", str(min(2, os.cpu_count() or 1)), "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "-O", "fair"),
        ]

    def _wait_for_web(self, web: DjangoProcess, port: int) -> None:
        def answers_or_is_dead() -> bool:
            return not web.is_running() or _answers(port)

        if not wait_until(answers_or_is_dead, WEB_SECONDS, pause=0.1) or not web.is_running():
            raise StartError(f"The web process does not answer:{log_tail(web.log, lines=20)}")

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            for watched in self.watched:
                if watched.look_after():
                    say(f"  {watched.name} had ended and was started again.")
                    self._write_record()

    def _write_record(self) -> None:
        self.record.write({each.name: each.pid for each in self.watched if each.pid})

    def _stop_all(self) -> None:
        if not self.watched:
            return
        say("\nStopping")
        for watched in reversed(self.watched):
            with step(watched.name):
                watched.server.stop()
        if self.listener is not None:
            self.listener.close()
        self.configuration.children_file.unlink(missing_ok=True)
        shutil.rmtree(socket_directory(self.configuration.checkout), ignore_errors=True)

    def _say_where_data_is(self) -> None:
        home = servers_home(self.configuration.checkout)
        if home != self.configuration.data:
            say("  PostgreSQL does not run as root, and its account may not enter this directory;")
            say(f"  the data is in {home}")


def _answers(port: int) -> bool:
    """Whether the web serves requests; any answer below 500 will do."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def main() -> int:
    """Start, or say that it runs already; returns the exit code."""
    try:
        configuration = Configuration.of_this_checkout()
        with SupervisorLock(configuration.lock_file) as lock:
            return Supervisor(configuration, lock).run()
    except AlreadyRunning as running:
        where = running.holder.get("url")
        state = f"is already running: {where}" if where else "is starting already"
        say(f"Switchboard {state} (process {running.holder.get('pid', '?')}).")
        return 0
    except StartError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
