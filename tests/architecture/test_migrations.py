"""Migrations: complete, linear, and reversible."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.worlds import make_worlds

APPS = ("crm", "customers", "leads", "scoring")


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=StringIO())


@pytest.mark.parametrize("app", APPS)
def test_history_is_linear(app: str) -> None:
    graph = MigrationLoader(None).graph
    numbers = sorted(name[:4] for label, name in graph.nodes if label == app)
    assert len(numbers) == len(set(numbers)), numbers
    assert len(graph.leaf_nodes(app)) <= 1


def test_down_and_up_again(committed: None) -> None:
    for app in reversed(APPS[:3]):
        call_command("migrate", app, "zero", verbosity=0, skip_checks=True)
    call_command("migrate", verbosity=0, skip_checks=True)
    make_worlds()
