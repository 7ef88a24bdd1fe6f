"""DATABASE_URL and REDIS_URL replace the embedded servers; Debian's own are used where found."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from crm.embedded import valkey
from crm.embedded.postgres import EmbeddedPostgres
from tests.embedded.checkouts import SECONDS, Run, status_of
from tests.embedded.external_servers import (
    debian_postgres,
    debian_redis,
    postgres_server,
    redis_server,
)

Start = Callable[..., Run]
AS_ROLES = "SELECT current_user, count(*) FROM pg_tables WHERE tableowner = 'landlord' GROUP BY 1"


def wheels_postgres(place: Path) -> Path:
    return EmbeddedPostgres(place / "unused", place).program("postgres").parent


@pytest.mark.parametrize("origin", ["wheel", "debian"])
def test_servers_of_yours(
    origin: str, place: Path, directory: Path, checkout: Path, run: Start
) -> None:
    programs = wheels_postgres(place) if origin == "wheel" else debian_postgres()
    broker = valkey._program() if origin == "wheel" else debian_redis() or valkey._program()
    if programs is None:
        pytest.skip("no PostgreSQL 15 or newer of Debian's on this machine")
    password = checkout / ".data" / "crm_app_password"
    password.unlink(missing_ok=True)
    with (
        postgres_server(programs, directory) as database_url,
        redis_server(broker, directory) as redis_url,
    ):
        started = run(checkout, DATABASE_URL=database_url, REDIS_URL=redis_url).wait()
        assert set(started.children()) == {"Worker", "Web"}
        assert started.is_ready()
        assert status_of(started.port, "/accounts/login/") == 200
        assert started.ctrl_c() == 0
        with psycopg.connect(database_url) as landlord:
            row = landlord.execute(AS_ROLES).fetchone()
        assert row is not None
        assert row[1] > 10


def test_external_server_that_is_down(checkout: Path, run: Start) -> None:
    started = run(checkout, DATABASE_URL="postgres://landlord:secret@127.0.0.1:1/house")
    assert started.process.wait(SECONDS) == 1
    assert "DATABASE_URL cannot be reached" in started.output
    assert "secret" not in started.output
