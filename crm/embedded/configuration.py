"""What a start needs to know: places, addresses, and the environment of each process."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crm.embedded.database import DatabaseUrls
from crm.embedded.places import ROOT, local_data, servers_home, socket_directory
from crm.embedded.postgres import EmbeddedPostgres
from crm.embedded.secret_files import kept_secret
from crm.embedded.valkey import EmbeddedValkey

DATABASE = "switchboard"
LOG_LIMIT_BYTES = 5_000_000


@dataclass(frozen=True)
class Configuration:
    """The checkout, and what the environment replaces in it."""

    checkout: Path
    surroundings: Mapping[str, str] = field(repr=False)

    @classmethod
    def of_this_checkout(cls) -> "Configuration":
        """The configuration that the process's own environment asks for."""
        return cls(ROOT, dict(os.environ))

    @property
    def data(self) -> Path:
        """`.data/` of the checkout."""
        return local_data(self.checkout)

    @property
    def lock_file(self) -> Path:
        """The file that the running supervisor locks."""
        return self.data / "lock"

    @property
    def children_file(self) -> Path:
        """The file that lists the running children."""
        return self.data / "children.json"

    @property
    def logs(self) -> Path:
        """The directory of the children's logs."""
        return self.data / "logs"

    @property
    def external_database(self) -> str | None:
        """DATABASE_URL of the environment: it replaces the embedded PostgreSQL."""
        return self.surroundings.get("DATABASE_URL") or None

    @property
    def external_redis(self) -> str | None:
        """REDIS_URL of the environment: it replaces the embedded Valkey."""
        return self.surroundings.get("REDIS_URL") or None

    def log(self, name: str) -> Path:
        """The log of a child, by its short name."""
        return self.logs / f"{name}.log"

    def postgres(self) -> EmbeddedPostgres:
        """The embedded PostgreSQL of this checkout, not started."""
        home = servers_home(self.checkout)
        return EmbeddedPostgres(
            home / "postgres", socket_directory(self.checkout), log=self.log("postgres")
        )

    def valkey(self) -> EmbeddedValkey:
        """The embedded Valkey of this checkout, not started."""
        home = servers_home(self.checkout)
        return EmbeddedValkey(
            home / "valkey", socket_directory(self.checkout), log=self.log("valkey")
        )

    def environment(self, urls: DatabaseUrls, redis_url: str) -> dict[str, str]:
        """The environment of every process that runs Django; for this machine only, plain http."""
        defaults = {
            "DEBUG": "0",
            "HTTPS": "0",
            "LOG_JSON": "0",
            "PYTHONUNBUFFERED": "1",
            "LINK_CODES_ON_CONSOLE": "1",
        }
        return {
            **defaults,
            **self.surroundings,
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "SECRET_KEY": self.surroundings.get("SECRET_KEY")
            or kept_secret(self.data / "secret_key"),
            "DATABASE_URL": urls.app,
            "DATABASE_OWNER_URL": urls.owner,
            "REDIS_URL": redis_url,
            "DATABASE_POOL": "0",
        }

    def manage(self, *arguments: str) -> list[str]:
        """The command line of a management command."""
        return [sys.executable, str(self.checkout / "manage.py"), *arguments]

    def has_command(self, name: str) -> bool:
        """Whether the project has a management command of that name."""
        return any(self.checkout.glob(f"*/management/commands/{name}.py"))

    def shorten_logs(self) -> None:
        """Set logs aside that have grown large; one old generation is kept."""
        self.logs.mkdir(mode=0o700, exist_ok=True)
        for path in self.logs.glob("*.log"):
            if path.stat().st_size > LOG_LIMIT_BYTES:
                path.rename(path.with_suffix(".log.1"))
