"""The embedded PostgreSQL by itself: copies, stale files, crashes, what its log may hold."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crm.embedded.errors import StartError
from crm.embedded.postgres import EmbeddedPostgres
from crm.embedded.valkey import EmbeddedValkey


@pytest.fixture
def other_sockets() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="sb-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def ask(postgres: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(postgres.superuser_url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def test_letters_of_all_scripts_are_letters(cluster: EmbeddedPostgres) -> None:
    assert ask(cluster, "SELECT 'É' ILIKE 'é'") is True
    assert ask(cluster, "SELECT upper('ж')") == "Ж"
    assert ask(cluster, "SHOW server_encoding") == "UTF8"


def test_no_network(cluster: EmbeddedPostgres) -> None:
    assert ask(cluster, "SHOW listen_addresses") == ""


def test_copy_runs_beside_the_original(
    cluster: EmbeddedPostgres, other_sockets: Path, directory: Path
) -> None:
    with psycopg.connect(cluster.superuser_url) as connection:
        connection.execute("CREATE TABLE mark AS SELECT 'original' AS text")
    cluster.stop()
    copy = EmbeddedPostgres(directory / "copy", other_sockets, durable=False)
    copy.copy_from(cluster.data_directory)
    cluster.start()
    copy.start()
    try:
        with psycopg.connect(copy.superuser_url) as connection:
            connection.execute("UPDATE mark SET text = 'copy'")
        assert ask(copy, "SELECT text FROM mark") == "copy"
        assert ask(cluster, "SELECT text FROM mark") == "original"
    finally:
        copy.stop(immediate=True)


def test_second_server_on_the_same_data_is_refused(
    cluster: EmbeddedPostgres, other_sockets: Path
) -> None:
    second = EmbeddedPostgres(cluster.data_directory, other_sockets, durable=False)
    assert second.running_pid() == cluster.running_pid()
    with pytest.raises(StartError, match="already runs"):
        second.start()
    assert ask(cluster, "SELECT 1") == 1


def test_stale_pid_file_is_not_believed(cluster: EmbeddedPostgres) -> None:
    cluster.stop()
    pid_file = cluster.data_directory / "postmaster.pid"
    for text in (f"{os.getpid()}\n", "1\n", "999999999\n", "", "words\n"):
        pid_file.write_text(text)
        assert cluster.running_pid() is None
        cluster.start()
        cluster.stop()


def test_killed_server_starts_again(cluster: EmbeddedPostgres) -> None:
    with psycopg.connect(cluster.superuser_url) as connection:
        connection.execute("SET synchronous_commit = on")  # as in `make run`
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        connection.commit()
        assert cluster.process is not None
        os.kill(cluster.process.pid, signal.SIGKILL)
        cluster.process.wait()
    assert not cluster.is_running()
    cluster.start()
    assert ask(cluster, "SELECT number FROM kept") == 7


def test_interrupted_initdb_is_done_again(directory: Path, other_sockets: Path) -> None:
    half = directory / "cluster.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    postgres = EmbeddedPostgres(directory / "cluster", other_sockets, durable=False)
    assert not postgres.is_initialised
    postgres.initialise()
    postgres.start()
    try:
        assert ask(postgres, "SELECT 1") == 1
    finally:
        postgres.stop(immediate=True)
    assert not half.exists()


def test_damaged_data_shows_the_end_of_the_log(cluster: EmbeddedPostgres) -> None:
    cluster.stop()
    (cluster.data_directory / "global" / "pg_control").unlink()
    with pytest.raises(StartError, match="pg_control"):
        cluster.start()


def test_log_holds_no_data(cluster: EmbeddedPostgres) -> None:
    with psycopg.connect(cluster.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (phone text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('+447152979502')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('+447152979502')")
    log = cluster.log.read_text()
    assert "duplicate key value" in log
    assert "7152979502" not in log


def test_socket_path_that_is_too_long(directory: Path) -> None:
    with pytest.raises(StartError, match="too long"):
        EmbeddedPostgres(directory / "cluster", directory / ("x" * 80))


def test_valkey_keeps_what_it_was_told(directory: Path, other_sockets: Path) -> None:
    import redis

    valkey = EmbeddedValkey(directory / "valkey", other_sockets)
    valkey.start()
    client = redis.Redis.from_url(valkey.url)
    client.set("bell", "rung")
    client.close()
    valkey.stop()
    assert not valkey.socket.exists()
    valkey.start()
    try:
        client = redis.Redis.from_url(valkey.url)
        assert client.get("bell") == b"rung"
        assert client.config_get("port") == {"port": "0"}
        client.close()
    finally:
        valkey.stop()
