"""The database that is measured: a PostgreSQL of its own under `.data/bench`, kept between runs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from crm.embedded.database import DatabaseUrls, prepare_database
from crm.embedded.places import (
    ROOT,
    give_to,
    server_account,
    servers_home,
    temporary_socket_directory,
)
from crm.embedded.postgres import EmbeddedPostgres
from crm.embedded.valkey import EmbeddedValkey

DATABASE = "switchboard"
LOADED = "SELECT count(*) FROM customers_customer"


@contextmanager
def bench_servers() -> Iterator[dict[str, str]]:
    """Start PostgreSQL and Valkey; gives the environment for processes that run Django."""
    sockets = temporary_socket_directory()
    home = servers_home() / "bench"
    home.mkdir(parents=True, exist_ok=True)
    give_to(server_account(), home)
    postgres = EmbeddedPostgres(home / "postgres", sockets)
    valkey = EmbeddedValkey(home / "valkey", sockets, durable=False)
    try:
        postgres.initialise()
        postgres.start()
        valkey.start()
        urls = prepare_database(postgres.superuser_url, DATABASE)
        yield _environment(urls, valkey.url) | {"BENCH_SUPERUSER_URL": postgres.superuser_url}
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(sockets, ignore_errors=True)


def _environment(urls: DatabaseUrls, redis_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        **_database_environment(urls),
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": "only for measuring",
        "REDIS_URL": redis_url,
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "LOG_LEVEL": "WARNING",
        "LOGIN_FAILED_LIMIT": "100000/m/ip,100000/m/key",
    }


def _database_environment(urls: DatabaseUrls) -> dict[str, str]:
    return {"DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}


@contextmanager
def fresh_database(environment: dict[str, str], name: str) -> Iterator[dict[str, str]]:
    """An empty migrated database beside the filled one, dropped afterwards."""
    superuser = environment["BENCH_SUPERUSER_URL"]
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute(drop)
    own = environment | _database_environment(prepare_database(superuser, name))
    own["BENCH_SUPERUSER_URL_OF_DATABASE"] = make_conninfo(superuser, dbname=name)
    try:
        manage(own, "migrate", "--no-input", "-v", "0")
        yield own
    finally:
        with psycopg.connect(superuser, autocommit=True) as admin:
            admin.execute(drop)


def fill(environment: dict[str, str], size: int) -> int:
    """Migrate and load customers up to `size`; returns how many there are."""
    manage(environment, "migrate", "--no-input", "-v", "0")
    manage(environment, "load_demo", "--size", str(size))
    with psycopg.connect(environment["DATABASE_OWNER_URL"]) as owner:
        row = owner.execute(LOADED).fetchone()
    return int(row[0]) if row else 0


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run a management command with the output at this terminal."""
    command = [sys.executable, str(Path(ROOT) / "manage.py"), *arguments]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)
