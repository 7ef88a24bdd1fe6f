"""The two database logins, the connection pool and the cache.

`default` is the login of role crm_app: row-level security binds it. `owner` is the login that
owns the tables; only `manage.py migrate` and the owner's commands use it (design: two roles).
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from crm.settings.base import DEBUG
from crm.settings.environment import env


def database_from_url(url: str) -> dict[str, Any]:
    """Django's database settings of a postgres:// URL; a %2F-encoded host is a socket directory."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must start with postgres://")
    netloc_host = parts.netloc.rpartition("@")[2]
    host, _, port = netloc_host.partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": port,
        "OPTIONS": dict(parse_qsl(parts.query)),
        "DISABLE_SERVER_SIDE_CURSORS": env.bool("PGBOUNCER", default=False),
    }


DATABASE_URL = env.str("DATABASE_URL")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default=DATABASE_URL)
DATABASES = {
    "default": database_from_url(DATABASE_URL),
    "owner": database_from_url(DATABASE_OWNER_URL),
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if env.bool("DATABASE_POOL", default=False):
    # The web only: Celery closes the pool after each task.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 2,
        "max_size": env.int("DATABASE_POOL_SIZE", default=10),
        "timeout": 10,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "crm.fallback_cache.FallbackCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "switchboard",
        # A server that hangs keeps nobody waiting (seconds).
        "OPTIONS": {"socket_timeout": 2.0, "socket_connect_timeout": 1.0},
    }
}
# Sessions live in the database: losing the cache signs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
STATEMENT_LOG = DEBUG and env.bool("SQL_LOG", default=False)
