"""A durable PostgreSQL of its own, and worker processes that die in the middle of their work."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from django.db import connections

from crm.embedded.children import wait_until
from crm.embedded.places import ROOT, server_account, temporary_socket_directory
from crm.embedded.postgres import EmbeddedPostgres
from crm.settings.database import database_from_url
from tests import servers
from tests.customers.merging_proof.victim import Death

SECONDS = 60


@dataclass(frozen=True)
class Ending:
    """How many statements the victim had sent, and how it ended (as subprocess says it)."""

    statements: int
    code: int


class KillingGround:
    """While it is open, Django's connections of this process are to its database."""

    def __enter__(self) -> Self:
        self.directory = Path(tempfile.mkdtemp(prefix="switchboard-killed-"))
        self.directory.chmod(0o711 if server_account() else 0o700)
        self.sockets = temporary_socket_directory()
        # Durable, other than the tests' own: what it acknowledged must survive its death.
        self.postgres = EmbeddedPostgres(self.directory / "cluster", self.sockets)
        self.postgres.copy_from(servers.prepared_cluster())
        self.postgres.start()
        self.urls = {
            "default": self.postgres.url(servers.DATABASE, "crm_app"),
            "owner": self.postgres.url(servers.DATABASE, "crm_owner"),
        }
        connections.close_all()
        self.former = {alias: dict(connections[alias].settings_dict) for alias in self.urls}
        for alias, url in self.urls.items():
            connections[alias].settings_dict.update(database_from_url(url))
        self.victims = subprocess.Popen(
            [sys.executable, "-m", "tests.customers.merging_proof.victim"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "crm.settings",
                "DATABASE_URL": self.urls["default"],
                "DATABASE_OWNER_URL": self.urls["owner"],
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.victims.kill()
        self.victims.communicate()
        connections.close_all()
        for alias, settings in self.former.items():
            connections[alias].settings_dict.clear()
            connections[alias].settings_dict.update(settings)
        self.postgres.stop(immediate=True)
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def run(self, *, death: Death, at: int | str, **job: object) -> Ending:
        """Let a victim do the job; come back when its connection has gone from the server."""
        connections.close_all()
        assert self.victims.stdin is not None
        assert self.victims.stdout is not None
        self.victims.stdin.write(json.dumps({"death": death, "at": at, **job}) + "\n")
        self.victims.stdin.flush()
        told = json.loads(self.victims.stdout.readline())
        assert wait_until(self._is_quiet, SECONDS), "the server did not come to rest"
        return Ending(told["statements"], told["ending"])

    def _is_quiet(self) -> bool:
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'crm_app'"
        try:
            with psycopg.connect(self.urls["owner"]) as connection:
                row = connection.execute(query).fetchone()
        except psycopg.OperationalError:
            return False  # it is recovering
        return row == (0,)
