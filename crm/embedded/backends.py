"""The database and the broker of a start: embedded, or the servers that the environment names."""

from collections.abc import Callable
from pathlib import Path

from crm.embedded.configuration import DATABASE, Configuration
from crm.embedded.database import APP, OWNER, DatabaseUrls, prepare_database, prepare_external
from crm.embedded.terminal import step
from crm.embedded.watched import Server

Starter = Callable[[str, Server], None]
PASSWORD_FILE = "crm_app_password"  # noqa: S105 - a file's name


def start_database(
    configuration: Configuration, start: Starter
) -> tuple[DatabaseUrls, Path | None]:
    """The two logins, and the directory of the embedded cluster (None on a server of yours)."""
    if configuration.external_database:
        with step("Your database"):
            return _external_database(configuration), None
    postgres = configuration.postgres()
    with step("PostgreSQL"):
        postgres.initialise()
        start("PostgreSQL", postgres)
        urls = prepare_database(postgres.superuser_url, DATABASE)
    return urls, postgres.data_directory


def start_redis(configuration: Configuration, start: Starter) -> str:
    """The address of the broker and cache."""
    if configuration.external_redis:
        return configuration.external_redis
    valkey = configuration.valkey()
    with step("Valkey"):
        start("Valkey", valkey)
    return valkey.url


def running_backends(configuration: Configuration) -> tuple[DatabaseUrls, str]:
    """The addresses while another process of this checkout runs the servers."""
    if configuration.external_database:
        urls = _external_database(configuration)
    else:
        postgres = configuration.postgres()
        urls = DatabaseUrls(app=postgres.url(DATABASE, APP), owner=postgres.url(DATABASE, OWNER))
    return urls, configuration.external_redis or configuration.valkey().url


def _external_database(configuration: Configuration) -> DatabaseUrls:
    url = configuration.external_database
    assert url is not None
    owner = configuration.surroundings.get("DATABASE_OWNER_URL")
    if owner:  # prepared by hand: taken as it is
        return DatabaseUrls(app=url, owner=owner)
    return prepare_external(url, configuration.data / PASSWORD_FILE)
