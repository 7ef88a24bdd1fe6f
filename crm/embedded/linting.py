"""`make lint`: style, types, migrations and the deployment checks, on a database of its own."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.embedded.database import DatabaseUrls, prepare_database
from crm.embedded.places import ROOT, servers_home, temporary_socket_directory
from crm.embedded.postgres import EmbeddedPostgres
from crm.embedded.terminal import say

MANAGE = [sys.executable, "manage.py"]
# What to run, and how it is called in the report.
STEPS = {
    "style": [sys.executable, "-m", "ruff", "check", "."],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "types": [sys.executable, "-m", "mypy"],
    "migrates from nothing": [*MANAGE, "migrate", "--no-input"],
    "models have migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "migrations are safe": [sys.executable, "-m", "crm.embedded.migration_safety"],
    "fit for deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


@contextmanager
def _empty_database() -> Iterator[DatabaseUrls]:
    """A throw-away server with the roles and an empty database."""
    home = Path(tempfile.mkdtemp(prefix="lint-", dir=servers_home()))
    home.chmod(0o711)
    sockets = temporary_socket_directory()
    postgres = EmbeddedPostgres(home / "postgres", sockets, durable=False)
    try:
        postgres.initialise()
        postgres.start()
        yield prepare_database(postgres.superuser_url)
    finally:
        postgres.stop(immediate=True)
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


def _production_environment(urls: DatabaseUrls) -> dict[str, str]:
    """What a production server would have set (docs/operations.md)."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DEBUG": "0",
        "HTTPS": "1",
        "ALLOWED_HOSTS": "crm.example.org",
        "CSRF_TRUSTED_ORIGINS": "https://crm.example.org",
        "DATABASE_URL": urls.app,
        "DATABASE_OWNER_URL": urls.owner,
        "REDIS_URL": "redis://redis.example.org:6379/0",
    }


def _passes(command: list[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        say(done.stdout.rstrip())
    return done.returncode == 0


def main() -> int:
    """Run every step, show the output of those that fail; 1 when any did."""
    failed = []
    with _empty_database() as urls:
        environment = _production_environment(urls)
        for name, command in STEPS.items():
            passes = _passes(command, environment)
            say(f"  {name:<28}{'ok' if passes else 'FAILED'}")
            if not passes:
                failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
