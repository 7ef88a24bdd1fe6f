"""Asks django-migration-linter whether a migration would break the release that still runs."""

import sys

import django
from django.apps import apps
from django_migration_linter import MigrationLinter


def main() -> int:
    """Lint the migrations of our own apps; 1 when one is unsafe."""
    django.setup()
    linter = MigrationLinter(
        database="owner",
        include_apps=[config.label for config in apps.get_app_configs() if _is_ours(config.name)],
        no_cache=True,
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


def _is_ours(name: str) -> bool:
    return name in ("crm", "customers", "leads", "scoring")


if __name__ == "__main__":
    sys.exit(main())
