"""Servers as an administrator would run them: a network port, passwords, their own binaries."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis
from psycopg import sql

from crm.embedded.children import end, start_child, wait_until
from crm.embedded.places import give_to, server_account

PASSWORD = "p@ss:word/with?signs%&ü"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def debian_postgres() -> Path | None:
    """The programs of a PostgreSQL 15 or newer that Debian installed, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    fit = [path.parent for path in found if int(path.parent.parent.name) >= 15]
    return fit[0] if fit else None


def debian_redis() -> Path | None:
    """The Redis or Valkey server of the system, or None."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def postgres_server(programs: Path, directory: Path) -> Iterator[str]:
    """Run a server; yields the login of role `landlord`, which owns database `house`."""
    account, port = server_account(), free_port()
    data, password_file = directory / "external", directory / "superuser"
    password_file.write_text(PASSWORD, encoding="utf-8")
    give_to(account, directory)
    subprocess.run(
        [
            str(programs / "initdb"),
            *("-D", str(data), "-U", "admin", "-E", "UTF8", "--locale", "C.UTF-8"),
            *("-A", "scram-sha-256", "--pwfile", str(password_file), "--no-sync"),
        ],
        env=ENVIRONMENT,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    server = start_child(
        [
            programs / "postgres",
            *("-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1"),
            *("-c", "unix_socket_directories=", "-c", "fsync=off"),
        ],
        log=directory / "external.log",
        environment=ENVIRONMENT,
        account=account,
        death_signal=signal.SIGINT,
    )
    where = f"127.0.0.1:{port}"
    try:
        assert wait_until(lambda: _answers(_login("admin", where, "postgres")), 30)
        with psycopg.connect(_login("admin", where, "postgres"), autocommit=True) as admin:
            make = "CREATE ROLE landlord LOGIN CREATEROLE PASSWORD {}"
            admin.execute(sql.SQL(make).format(sql.Literal(PASSWORD)))
            admin.execute("CREATE DATABASE house OWNER landlord")
        yield _login("landlord", where, "house")
    finally:
        end(server, [(signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)])


def _login(user: str, where: str, database: str) -> str:
    return f"postgres://{user}:{quote(PASSWORD, safe='')}@{where}/{database}"


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def redis_server(program: Path, directory: Path) -> Iterator[str]:
    """Run a Redis or Valkey on a port with a password; yields its address."""
    port = free_port()
    server = start_child(
        [program, "--port", str(port), "--requirepass", "secret", "--save", ""],
        log=directory / "redis.log",
        environment=ENVIRONMENT,
        directory=directory,
    )
    url = f"redis://:secret@127.0.0.1:{port}/3"
    client = redis.Redis.from_url(url)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False

    try:
        assert wait_until(answers, 30)
        yield url
    finally:
        client.close()
        end(server, [(signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)])
