"""The real processes of Switchboard on a test database: web, worker and a broker of their own."""

import http.client
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from django.db import connections

from crm.embedded.children import kill_group, wait_until
from crm.embedded.errors import log_tail
from crm.embedded.places import ROOT, server_account, temporary_socket_directory
from crm.embedded.valkey import EmbeddedValkey
from crm.embedded.watched import DjangoProcess

SECONDS = 60


def database_url(alias: str, *, name: str = "") -> str:
    """The address that Django's connection `alias` uses, as a URL for another process."""
    settings = connections[alias].settings_dict
    login = quote(settings["USER"], safe="")
    if settings["PASSWORD"]:
        login += ":" + quote(settings["PASSWORD"], safe="")
    host = quote(settings["HOST"], safe="")
    if settings["PORT"]:
        host += f":{settings['PORT']}"
    return f"postgres://{login}@{host}/{quote(name or settings['NAME'], safe='')}"


class Running:
    """Web and worker on one database. Every part can be stopped, killed and started again."""

    def __init__(self, *, database: str = "", settings: Mapping[str, str] | None = None) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="switchboard-running-"))
        self.directory.chmod(0o711 if server_account() else 0o700)
        self.sockets = temporary_socket_directory()
        self.valkey = EmbeddedValkey(self.directory / "valkey", self.sockets, durable=False)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "DATABASE_URL": database_url("default", name=database),
            "DATABASE_OWNER_URL": database_url("owner", name=database),
            "DATABASE_POOL": "0",
            "REDIS_URL": self.valkey.url,
            "LOG_LEVEL": "WARNING",
            "LOG_JSON": "0",
            # Receivers of webhooks stand on this machine, and a killed worker is followed soon.
            "WEBHOOKS_MAY_REACH_LOOPBACK": "1",
            "WEBHOOK_LEASE_SECONDS": "3",
            **(settings or {}),
        }
        self.web = DjangoProcess(
            [sys.executable, "-m", "crm.embedded.web", str(self.listener.fileno())],
            log=self.directory / "web.log",
            environment={**self.environment, "DATABASE_POOL": "1"},
            directory=ROOT,
            patience=8.0,
            listener=self.listener,
        )
        self.worker = self.new_worker()

    def new_worker(self, name: str = "worker") -> DjangoProcess:
        """A worker with beat as `make run` starts it, not yet started."""
        return DjangoProcess(
            [
                *(sys.executable, "-m", "celery", "-A", "crm.celery", "worker", "--beat"),
                *("--schedule", str(self.directory / f"{name}-schedule")),
                *("--concurrency", "1", "--loglevel", "INFO"),
                *("--without-gossip", "--without-mingle", "-O", "fair"),
            ],
            log=self.directory / f"{name}.log",
            environment=self.environment,
            directory=ROOT,
            patience=8.0,
        )

    def start(self) -> "Running":
        """Start broker, worker and web, and wait until the web answers."""
        self.valkey.start()
        self.worker.start()
        self.web.start()
        answered = wait_until(lambda: self.is_live() or not self.web.is_running(), SECONDS, 0.1)
        if not answered or not self.web.is_running():
            raise AssertionError(f"The web does not answer:{log_tail(self.web.log, lines=30)}")
        return self

    def is_live(self) -> bool:
        """Whether the web process answers."""
        connection = http.client.HTTPConnection(*self.listener.getsockname(), timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill_worker(self) -> None:
        """`kill -9` of the worker and of its children, as a machine out of memory does."""
        assert self.worker.process is not None
        kill_group(self.worker.process.pid)
        self.worker.process.wait(SECONDS)

    def stop(self) -> None:
        """Stop all, and remove what they wrote."""
        for server in (self.web, self.worker, self.valkey):
            server.stop()
        self.listener.close()
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)
