"""A running web and worker on this process's test database."""

from collections.abc import Iterator

import pytest

from tests.flows.running import Running
from tests.flows.visitor import Visitor
from tests.worlds import PASSWORD, World


@pytest.fixture(scope="package")
def running(django_db_setup: None) -> Iterator[Running]:
    """Web, worker and broker; each test puts back what it stopped."""
    running = Running()
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def receptionist(acme: World, running: Running) -> Visitor:
    """Acme's receptionist, signed in."""
    return Visitor(running.url).sign_in("receptionist@acme.example", PASSWORD)
