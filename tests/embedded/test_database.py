"""Roles, database and extensions, on the embedded server and on one that somebody else runs."""

import stat
from pathlib import Path

import psycopg
import pytest

from crm.embedded.database import prepare_database, prepare_external
from crm.embedded.errors import StartError
from crm.embedded.postgres import EmbeddedPostgres

FACTS = """
SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin
  FROM pg_roles WHERE rolname IN ('crm_app', 'crm_owner') ORDER BY rolname
"""
MEMBER = "SELECT pg_has_role('crm_app', 'crm_owner', 'MEMBER')"
EXTENSIONS = "SELECT array_agg(extname::text) FROM pg_extension"


def external_url(cluster: EmbeddedPostgres, *, may_create_roles: bool = True) -> str:
    """The login of the owner of a database on a server that was set up by its own admin."""
    grant = "CREATEROLE" if may_create_roles else "NOCREATEROLE"
    with psycopg.connect(cluster.superuser_url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE landlord LOGIN {grant}")
        admin.execute("CREATE DATABASE house OWNER landlord")
    return cluster.url("house", "landlord")


def test_embedded_roles_have_no_more_than_they_need(cluster: EmbeddedPostgres) -> None:
    prepare_database(cluster.superuser_url)
    urls = prepare_database(cluster.superuser_url)  # a second time changes nothing
    with psycopg.connect(urls.app) as app:
        assert app.execute(FACTS).fetchall() == [
            ("crm_app", False, False, False, False, True),
            ("crm_owner", False, False, False, False, True),
        ]
        assert app.execute(MEMBER).fetchone() == (False,)
        found = app.execute(EXTENSIONS).fetchone()
        assert found is not None
        assert set(found[0]) >= {"pg_trgm", "unaccent", "fuzzystrmatch", "btree_gin"}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine ()")


def test_external_server_gets_the_app_role(cluster: EmbeddedPostgres, tmp_path: Path) -> None:
    url, password_file = external_url(cluster), tmp_path / "password"
    urls = prepare_external(url, password_file)
    assert urls.owner == url
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    assert password_file.read_text().strip() in urls.app
    assert prepare_external(url, password_file) == urls
    with psycopg.connect(urls.app) as app:
        assert app.execute("SELECT current_user").fetchone() == ("crm_app",)
        assert app.execute("SELECT pg_has_role('crm_app', 'landlord', 'MEMBER')").fetchone() == (
            False,
        )
        assert app.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'crm_app'"
        ).fetchone() == (False,)


def test_password_reaches_the_server_as_a_hash_only(
    cluster: EmbeddedPostgres, tmp_path: Path
) -> None:
    password_file = tmp_path / "password"
    prepare_external(external_url(cluster), password_file)
    with psycopg.connect(cluster.superuser_url) as admin:
        row = admin.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = 'crm_app'"
        ).fetchone()
    assert row is not None
    assert row[0].startswith("SCRAM-SHA-256$")
    assert password_file.read_text().strip() not in row[0]


def test_login_that_may_not_create_roles(cluster: EmbeddedPostgres, tmp_path: Path) -> None:
    url = external_url(cluster, may_create_roles=False)
    with pytest.raises(StartError, match="CREATEROLE"):
        prepare_external(url, tmp_path / "password")


def test_role_of_somebody_else_is_not_taken_over(cluster: EmbeddedPostgres, tmp_path: Path) -> None:
    url = external_url(cluster)
    prepare_external(url, tmp_path / "password")
    with pytest.raises(StartError, match="not kept here"):
        prepare_external(url, tmp_path / "another checkout's password")


def test_app_login_alone_is_not_enough(cluster: EmbeddedPostgres, tmp_path: Path) -> None:
    urls = prepare_database(cluster.superuser_url)
    with pytest.raises(StartError, match="DATABASE_OWNER_URL"):
        prepare_external(urls.app, tmp_path / "password")


def test_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be reached"):
        prepare_external("postgres://nobody@%2Fnowhere/none", tmp_path / "password")
