"""The two database roles, the database and its extensions, embedded or on a server of yours.

crm_owner owns and migrates; crm_app serves and is bound by row-level security. Neither is a
superuser, neither has BYPASSRLS, and crm_app is not a member of the owner.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from crm.embedded.errors import StartError
from crm.embedded.secret_files import write_secret

OWNER = "crm_owner"
APP = "crm_app"
# All four are trusted: the database's owner may create them without being a superuser.
EXTENSIONS = ("pg_trgm", "unaccent", "fuzzystrmatch", "btree_gin")
OLDEST_SERVER = 150_000


@dataclass(frozen=True)
class DatabaseUrls:
    """The two logins: `app` goes into DATABASE_URL, `owner` into DATABASE_OWNER_URL."""

    app: str
    owner: str


def _with_login(url: str, *, user: str, password: str = "", database: str | None = None) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    path = parts.path if database is None else f"/{quote(database, safe='')}"
    return urlunsplit((parts.scheme, f"{login}@{host}", path, parts.query, ""))


def _role_exists(connection: psycopg.Connection, role: str) -> bool:
    return connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount > 0


def _create_role(connection: psycopg.Connection, role: str) -> None:
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB").format(
            sql.Identifier(role)
        )
    )


def _close_to_others(connection: psycopg.Connection, database: str) -> None:
    """Only the owner and the app's role may connect to the database."""
    name, app = sql.Identifier(database), sql.Identifier(APP)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, app))


def _create_extensions(connection: psycopg.Connection) -> None:
    for extension in EXTENSIONS:
        connection.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
        )


def prepare_database(admin_url: str, name: str = "switchboard") -> DatabaseUrls:
    """Make roles, database and extensions on a server that trusts its socket; repeatable.

    `admin_url` is a superuser's login to the maintenance database.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role in (OWNER, APP):
            if not _role_exists(admin, role):
                _create_role(admin, role)
        found = admin.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if not found.rowcount:
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
        _close_to_others(admin, name)
    urls = DatabaseUrls(
        app=_with_login(admin_url, user=APP, database=name),
        owner=_with_login(admin_url, user=OWNER, database=name),
    )
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        _create_extensions(owner)
    return urls


def prepare_external(url: str, password_file: Path) -> DatabaseUrls:
    """Make role crm_app and the extensions on a server of yours; repeatable.

    `url` is the login of the database's owner (it needs CREATEROLE the first time). The app's
    password is generated and kept in `password_file`. Raises StartError with what to do.
    """
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            _refuse_unfit(connection)
            password = _app_password(connection, password_file)
            _close_to_others(connection, connection.info.dbname)
            _create_extensions(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        raise StartError(
            f"DATABASE_URL's login may not prepare the database: {error.diag.message_primary}.\n"
            "Give the login of the database's owner with CREATEROLE, or prepare it by hand "
            "(docs/operations.md) and set both DATABASE_URL and DATABASE_OWNER_URL."
        ) from error
    except psycopg.OperationalError as error:
        raise StartError(f"DATABASE_URL cannot be reached: {error}") from error
    urls = DatabaseUrls(app=_with_login(url, user=APP, password=password), owner=url)
    try:
        psycopg.connect(urls.app, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise StartError(
            f"Role {APP} was made, but the server does not let it in with its password: {error}\n"
            "Allow it in pg_hba.conf (scram-sha-256), or set both DATABASE_URL and "
            "DATABASE_OWNER_URL."
        ) from error
    return urls


def _refuse_unfit(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise StartError(f"DATABASE_URL is PostgreSQL {version // 10_000}; 15 or newer is needed.")
    if connection.info.user == APP:
        raise StartError(
            f"DATABASE_URL logs in as {APP}, which cannot migrate. Set DATABASE_OWNER_URL too."
        )


def _app_password(connection: psycopg.Connection, password_file: Path) -> str:
    """The password of crm_app: the kept one, or that of the role that is made now."""
    exists = _role_exists(connection, APP)
    kept = password_file.read_text(encoding="ascii").strip() if password_file.exists() else ""
    if exists and kept:
        return kept
    if exists:
        raise StartError(
            f"The server has a role {APP} whose password is not kept here. Set DATABASE_URL to "
            f"its login and DATABASE_OWNER_URL to the owner's, or drop the role."
        )
    password = secrets.token_urlsafe(24)
    write_secret(password_file, password)
    # Only the hash travels, so the server's log cannot hold the password.
    hashed = connection.pgconn.encrypt_password(password.encode(), APP.encode(), b"scram-sha-256")
    with connection.transaction():
        _create_role(connection, APP)
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(APP), sql.Literal(hashed.decode())
            )
        )
    return password
