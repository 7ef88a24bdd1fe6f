"""The PostgreSQL and the Valkey of one pytest process.

Loaded as a plugin (`-p tests.servers`, pyproject.toml) before Django reads its settings, because
it names the databases. Each process gets a copy of a prepared cluster: migrated, with the
companies of tests/worlds.py. With DATABASE_URL set, a database on that server is used instead.
"""

import atexit
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from crm.embedded.database import DatabaseUrls, prepare_database, prepare_external
from crm.embedded.places import (
    ROOT,
    give_to,
    local_data,
    server_account,
    servers_home,
    temporary_socket_directory,
)
from crm.embedded.postgres import EmbeddedPostgres
from crm.embedded.valkey import EmbeddedValkey

DATABASE = "switchboard"
EXTERNAL = "TEST_SERVER_URL"  # where the workers of one run find what the user gave
PREPARED_FROM = ("*/migrations/*.py", "*/sql/*.sql", "tests/worlds.py", "crm/sqlfiles.py")

sockets = temporary_socket_directory()
home = servers_home() / "test"


def _name_databases() -> None:
    if EXTERNAL not in os.environ:
        os.environ[EXTERNAL] = os.environ.get("DATABASE_URL", "")
    embedded = EmbeddedPostgres(home / "unused", sockets)
    valkey = EmbeddedValkey(home / "unused", sockets)
    os.environ.update(
        SECRET_KEY="for tests only",
        DEBUG="0",
        HTTPS="0",
        ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
        LOG_LEVEL="CRITICAL",
        CONN_MAX_AGE="0",
        EMAIL_URL="memorymail://",
        LOGIN_FAILED_LIMIT="1000/m/ip,5/300s/key",
    )
    if not os.environ[EXTERNAL]:
        os.environ["DATABASE_URL"] = embedded.url(DATABASE, "crm_app")
        os.environ["DATABASE_OWNER_URL"] = embedded.url(DATABASE, "crm_owner")
    if not os.environ.get("REDIS_URL") or os.environ["REDIS_URL"].startswith("unix:///tmp/"):
        os.environ["REDIS_URL"] = valkey.url


_name_databases()


def start_valkey() -> None:
    """The broker and cache of this process, unless REDIS_URL names one."""
    valkey = EmbeddedValkey(home / f"valkey-{os.getpid()}", sockets, durable=False)
    if os.environ["REDIS_URL"] != valkey.url:
        return
    valkey.start()
    atexit.register(shutil.rmtree, valkey.data_directory, ignore_errors=True)
    atexit.register(valkey.log.unlink, missing_ok=True)
    atexit.register(valkey.stop)


def start_database() -> None:
    """The migrated database of this process; Django's settings are pointed at it."""
    if os.environ[EXTERNAL]:
        _use_external(os.environ[EXTERNAL])
        return
    prepared = prepared_cluster()
    cluster = EmbeddedPostgres(home / f"run-{os.getpid()}", sockets, durable=False)
    shutil.rmtree(cluster.data_directory, ignore_errors=True)
    cluster.copy_from(prepared)
    cluster.start()
    atexit.register(shutil.rmtree, sockets, ignore_errors=True)
    atexit.register(shutil.rmtree, cluster.data_directory, ignore_errors=True)
    atexit.register(cluster.log.unlink, missing_ok=True)
    atexit.register(cluster.stop, immediate=True)


def uses_external_server() -> bool:
    """Whether somebody else's PostgreSQL serves these tests."""
    return bool(os.environ[EXTERNAL])


def prepared_cluster() -> Path:
    """A stopped cluster with the migrated database; made once for each state of the sources."""
    home.mkdir(parents=True, exist_ok=True)
    give_to(server_account(), home)
    with _lock(local_data() / "test.lock"):
        place = home / f"prepared-{_fingerprint()}"
        if place.exists():
            return place
        for outdated in home.glob("prepared-*"):
            shutil.rmtree(outdated, ignore_errors=True)
        unfinished = EmbeddedPostgres(home / f"preparing-{os.getpid()}", sockets, durable=False)
        unfinished.initialise()
        unfinished.start()
        prepare_database(unfinished.superuser_url, DATABASE)
        _fill()
        unfinished.stop()
        unfinished.data_directory.rename(place)
        unfinished.log.unlink(missing_ok=True)
        return place


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in PREPARED_FROM:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _fill() -> None:
    # Only now: Django's settings read the environment that this module sets.
    from django.core.management import call_command
    from django.db import connections

    from tests.worlds import make_worlds

    call_command("migrate", verbosity=0)
    make_worlds()
    connections.close_all()


def _use_external(url: str) -> None:
    """A database of this process's own on the server that the user gave."""
    from django.db import connections

    name = f"test_switchboard_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(name)
            )
        )
    base, _, query = url.partition("?")
    own = f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    with _lock(local_data() / "test.lock"):
        urls: DatabaseUrls = prepare_external(own, local_data() / "app_password")
    from crm.settings.database import database_from_url

    for alias, address in (("default", urls.app), ("owner", urls.owner)):
        connections[alias].settings_dict.update(database_from_url(address))
    _fill()
    atexit.register(_drop, url, name)


def _drop(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
