"""`migrate`, as the owner of the tables."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

OWNER = "owner"
# What role crm_app gets on tables that Django and libraries make; tenant tables say their own.
DEFAULT_GRANTS = """
GRANT USAGE ON SCHEMA public TO crm_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO crm_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO crm_app;
"""


class Command(DjangoMigrate):
    """Migrates through DATABASE_OWNER_URL; the serving role crm_app owns nothing."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == OWNER:
            with connections[OWNER].cursor() as cursor:
                cursor.execute(DEFAULT_GRANTS)
        super().handle(*args, **options)
