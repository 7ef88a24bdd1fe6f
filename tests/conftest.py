"""Fixtures that every test may use; see tests/worlds.py for the companies."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from django.test import Client
from hypothesis import settings as hypothesis_settings

from crm.models import StaffMember
from tests import servers
from tests.scheduling import pytest_xdist_make_scheduler  # noqa: F401 - a hook
from tests.wiping import wipe
from tests.worlds import World, load_world

# A slow machine is no counterexample.
hypothesis_settings.register_profile("switchboard", deadline=None)
hypothesis_settings.load_profile("switchboard")


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
        wipe()
        connections.close_all()


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
