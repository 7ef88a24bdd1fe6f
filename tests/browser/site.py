"""The running site that the browser tests visit: a copy of the test database with the demo."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from django.db import connections
from psycopg import sql

from crm.embedded.places import ROOT
from crm.embedded.postgres import EmbeddedPostgres
from tests import servers
from tests.flows.running import Running, database_url

# Many sign-ins come from one address here; the throttle has its own tests.
SETTINGS = {"LOGIN_FAILED_LIMIT": "1000/m/ip,100/60s/key", "EMAIL_URL": "dummymail://"}


class Site:
    """Switchboard with the small demo; `url` is where it answers."""

    def __init__(self) -> None:
        self.database = f"browser_{os.getpid()}"
        self.original = str(connections["owner"].settings_dict["NAME"])
        self._copy_database()
        self.running = Running(database=self.database, settings=SETTINGS)
        self.url = self.running.url

    def start(self) -> "Site":
        """Load the demo and start all processes."""
        self.manage("load_demo", "--small")
        self.running.start()
        return self

    def stop(self) -> None:
        """Stop all processes and drop the database."""
        self.running.stop()
        with psycopg.connect(self._server_url(), autocommit=True) as server:
            name = sql.Identifier(self.database)
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def manage(self, *arguments: str) -> None:
        """Run a management command on the site's database."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.running.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments[0]} failed:\n{done.stdout}\n{done.stderr}"

    def id_of(self, query: str, *values: object) -> str:
        """The one value that a query finds, as the owner of the tables sees it."""
        with psycopg.connect(database_url("owner", name=self.database)) as connection:
            row = connection.execute(query, values).fetchone()  # type: ignore[arg-type]
        assert row is not None, f"nothing found: {query} {values}"
        return str(row[0])

    def customer_path(self, full_name: str) -> str:
        """Where the card of a customer is."""
        query = "SELECT id FROM customers_customer WHERE full_name = %s AND record_state = 'active'"
        return f"/customers/{self.id_of(query, full_name)}/"

    def lead_path(self, phone: str, status: str) -> str:
        """Where the lead with this phone and status is."""
        query = "SELECT id FROM leads_lead WHERE phone = %s AND status = %s"
        return f"/leads/{self.id_of(query, phone, status)}/"

    def _server_url(self) -> str:
        external = os.environ[servers.EXTERNAL]
        unused = EmbeddedPostgres(Path("unused"), servers.sockets)
        return external or unused.superuser_url

    def _copy_database(self) -> None:
        connections.close_all()  # nobody may be connected to the original
        command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(self.database),
            sql.Identifier(connections["owner"].settings_dict["USER"]),
            sql.Identifier(self.original),
        )
        with psycopg.connect(self._server_url(), autocommit=True) as server:
            for attempt in range(20):
                try:
                    server.execute(command)
                except psycopg.errors.ObjectInUse:  # a closed session takes a moment to end
                    if attempt == 19:
                        raise
                    time.sleep(0.25)
                else:
                    return
