"""Web, worker, broker and a durable PostgreSQL that the tests of the inbox may kill."""

import os
import shutil
import signal
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from crm.embedded.children import wait_until
from crm.embedded.places import server_account, temporary_socket_directory
from crm.embedded.postgres import EmbeddedPostgres
from crm.inbox import path_secrets
from crm.models.inbound_source import new_key
from crm.models.tenant import new_id
from tests import servers
from tests.flows.running import SECONDS, Running

LEASE_SECONDS = 3


class InboxProcesses:
    """The real processes with a source of kind "gated" (tests/flows/inbox_app)."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="switchboard-inbox-"))
        self.directory.chmod(0o711 if server_account() else 0o700)
        self.sockets = temporary_socket_directory()
        # Durable, other than the tests' own: what it acknowledged must survive its death.
        self.postgres = EmbeddedPostgres(self.directory / "cluster", self.sockets)
        self.postgres.copy_from(servers.prepared_cluster())
        self.postgres.start()
        self.owner_url = self.postgres.url(servers.DATABASE, "crm_owner")
        self.running = Running(
            settings={
                "DJANGO_SETTINGS_MODULE": "tests.flows.inbox_settings",
                "DATABASE_URL": self.postgres.url(servers.DATABASE, "crm_app"),
                "DATABASE_OWNER_URL": self.owner_url,
                "INBOX_LEASE_SECONDS": str(LEASE_SECONDS),
            }
        )
        self.path = self._add_source()

    def start(self) -> "InboxProcesses":
        """Start web, worker and broker."""
        self.running.start()
        return self

    def stop(self) -> None:
        """Stop everything and remove what it wrote."""
        self.running.stop()
        self.postgres.stop(immediate=True)
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _add_source(self) -> str:
        key, secret = new_key(), path_secrets.new_secret()
        with psycopg.connect(self.owner_url) as connection:
            connection.execute(
                "INSERT INTO crm_inboundsource (id, company_id, created_at, updated_at, key, kind, "
                "name, is_active, secret_digest, settings, retention_days, max_body_bytes, "
                "requests_per_minute) SELECT %s, id, now(), now(), %s, 'gated', 'gated', true, %s, "
                "'{}', 90, 1000, 100000 FROM crm_company WHERE slug = 'acme'",
                [new_id(), key, path_secrets.digest(secret)],
            )
        return f"/hooks/{key}/{secret}/"

    def send(self, body: str) -> bool:
        """Whether the delivery was acknowledged by a 2xx."""
        request = urllib.request.Request(self.running.url + self.path, data=body.encode())
        request.add_header("Content-Type", "text/plain")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return 200 <= answer.status < 300
        except (urllib.error.URLError, OSError):
            return False

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the owner of the tables sees."""
        with psycopg.connect(self.owner_url) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def waits_at(self, gate: int) -> bool:
        """Whether somebody waits before a closed gate."""
        query = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
        return bool(self.rows(query, gate))

    def stored(self) -> set[str]:
        """The external keys of all deliveries."""
        return {row[0] for row in self.rows("SELECT external_key FROM crm_inbounddelivery")}

    def processed(self) -> list[str]:
        """The external keys of what handlers did and committed, one for each time."""
        query = (
            "SELECT external_key FROM crm_auditevent event JOIN crm_inbounddelivery delivery "
            "ON delivery.id::text = event.subject_id WHERE event.action = 'delivery.gated' "
            "ORDER BY external_key"
        )
        return [row[0] for row in self.rows(query)]

    def all_processed(self, keys: set[str]) -> bool:
        """Wait until each of these was processed; True when exactly once."""
        wait_until(lambda: set(self.processed()) >= keys, SECONDS, 0.2)
        return sorted(self.processed()) == sorted(keys)

    def kill_postgres(self) -> None:
        """`kill -9` of the server."""
        assert self.postgres.process is not None
        os.kill(self.postgres.process.pid, signal.SIGKILL)
        self.postgres.process.wait(SECONDS)

    def kill_valkey(self) -> None:
        """`kill -9` of the broker."""
        assert self.running.valkey.process is not None
        os.kill(self.running.valkey.process.pid, signal.SIGKILL)
        self.running.valkey.process.wait(SECONDS)

    def forget(self) -> None:
        """An empty inbox for the next test."""
        with psycopg.connect(self.owner_url) as connection:
            for table in ("crm_auditevent", "crm_inbounddelivery", "crm_outboxevent"):
                name = sql.Identifier(table)
                connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
                connection.execute(sql.SQL("TRUNCATE {}").format(name))
                connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
