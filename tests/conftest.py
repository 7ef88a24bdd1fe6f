"""Fixtures that every test may use; see tests/worlds.py for the companies."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.test import Client
from hypothesis import settings as hypothesis_settings

from crm.models import StaffMember
from tests import servers
from tests.scheduling import pytest_xdist_make_scheduler  # noqa: F401 - a hook
from tests.worlds import World, load_world

# A slow machine is no counterexample.
hypothesis_settings.register_profile("switchboard", deadline=None)
hypothesis_settings.load_profile("switchboard")

# Rows that stay when a committed test is over: what tests/worlds.py made.
KEPT = {"crm_company", "crm_branch", "crm_staffmember", "crm_user", "leads_leadsource"}


@pytest.fixture(scope="session")
def broker() -> None:
    """A real Valkey."""
    servers.start_valkey()


@pytest.fixture(scope="session")
def django_db_setup(broker: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A real PostgreSQL with both companies (replaces pytest-django's own)."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        servers.start_database()
        connections.close_all()
        yield
        connections.close_all()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Real commits, as threads and other processes need them; wiped afterwards."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        _wipe()
        connections.close_all()


def _wipe() -> None:
    from django.apps import apps

    labels = ("crm", "customers", "leads", "scoring", "sessions")
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in labels and model._meta.managed
    }
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE crm_auditevent DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(sorted(tables - KEPT))}")
        cursor.execute("ALTER TABLE crm_auditevent ENABLE TRIGGER USER")
        _empty_views(cursor)


def _empty_views(cursor: CursorWrapper) -> None:
    """The copies that materialized views hold go with their tables' rows."""
    cursor.execute("SELECT quote_ident(matviewname) FROM pg_matviews WHERE schemaname = 'public'")
    for (name,) in cursor.fetchall():
        cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")
        if cursor.fetchone()[0]:
            cursor.execute(f"REFRESH MATERIALIZED VIEW {name}")


def _world(request: pytest.FixtureRequest, slug: str) -> World:
    if "committed" in request.fixturenames:
        request.getfixturevalue("committed")
    else:
        request.getfixturevalue("db")
    return load_world(slug)


@pytest.fixture
def globex(request: pytest.FixtureRequest) -> World:
    """The stranger: another company."""
    return _world(request, "globex")


@pytest.fixture
def acme(request: pytest.FixtureRequest) -> Iterator[World]:
    """Our company; the test works inside it (with `committed`, it must say `acme.inside()`)."""
    world = _world(request, "acme")
    if "committed" in request.fixturenames:
        yield world
        return
    with world.inside():
        yield world


@pytest.fixture
def client_of(request: pytest.FixtureRequest) -> Callable[[StaffMember], Client]:
    """A browser signed in as this staff member."""

    def sign_in(staff: StaffMember) -> Client:
        client = Client()
        client.force_login(staff.user)
        return client

    return sign_in
