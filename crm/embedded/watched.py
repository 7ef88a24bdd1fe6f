"""A child that is kept alive: restarted with growing pauses, given up after several tries."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from crm.embedded.children import end, kill_group, start_child
from crm.embedded.errors import StartError, log_tail

PAUSES = (0.2, 1.0, 2.0, 4.0, 8.0)  # seconds before each restart; after the last we give up
HEALTHY_AFTER = 60.0  # a child that lived so long starts with fresh tries


class Server(Protocol):
    """What the supervisor needs of a child: EmbeddedPostgres, EmbeddedValkey, DjangoProcess."""

    log: Path
    process: "subprocess.Popen[bytes] | None"

    def start(self) -> None:
        """Start it; StartError when it does not come up."""

    def stop(self) -> None:
        """Stop it and wait until it is gone."""

    def is_running(self) -> bool:
        """Whether it is alive."""


class DjangoProcess:
    """A process of ours that runs until it is told to stop: the web, or the worker."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        directory: Path,
        patience: float,
        listener: socket.socket | None = None,
    ) -> None:
        self.command = command
        self.log = log
        self.environment = environment
        self.directory = directory
        self.patience = patience
        self.listener = listener
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it reports its readiness by answering."""
        self.process = start_child(
            self.command,
            log=self.log,
            environment=self.environment,
            directory=self.directory,
            keep_open=[self.listener.fileno()] if self.listener else [],
        )

    def stop(self) -> None:
        """Let it finish what it does, but not longer than its patience in seconds."""
        if self.process is not None:
            steps = [(signal.SIGTERM, self.patience), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0)]
            end(self.process, steps)
            self.process = None

    def is_running(self) -> bool:
        """Whether it is alive."""
        return self.process is not None and self.process.poll() is None


class Watched:
    """A server with its name and the count of its restarts."""

    def __init__(
        self, name: str, server: Server, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self.server = server
        self._clock = clock
        self._started = 0.0
        self._restarts = 0
        self._due: float | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self.server.process.pid if self.server.process else None

    def start(self) -> None:
        """Start the server for the first time."""
        self.server.start()
        self._started = self._clock()

    def look_after(self) -> bool:
        """Restart the server when it has died and its pause is over; True when that was done.

        Raises StartError after the last try.
        """
        if self.server.is_running():
            return False
        now = self._clock()
        if self._due is None:
            if now - self._started > HEALTHY_AFTER:
                self._restarts = 0
            if self._restarts == len(PAUSES):
                raise StartError(
                    f"{self.name} keeps failing; the end of its log:{log_tail(self.server.log)}"
                )
            if self.pid is not None:
                kill_group(self.pid)  # its own children must not run beside the new ones
            self._due = now + PAUSES[self._restarts]
            self._restarts += 1
        if now < self._due:
            return False
        self._due = None
        self._started = now
        try:
            self.server.start()
        except StartError:
            return False  # counted; the next look tries again, or gives up
        self._started = self._clock()
        return True
