"""The handlers that tests of the inbox use, and a source of each company."""

import pytest
from django.core.cache import cache

from tests.factories.inbox import Scripted, Sender, Signed, make_sender, use_handler
from tests.worlds import World


@pytest.fixture(autouse=True)
def _handlers(monkeypatch: pytest.MonkeyPatch, broker: None) -> None:
    use_handler(monkeypatch, Scripted())
    use_handler(monkeypatch, Signed())


@pytest.fixture
def sender(acme: World) -> Sender:
    """A system that sends to our company."""
    return make_sender(acme)


@pytest.fixture(autouse=True)
def _forget_counts(broker: None) -> None:
    cache.clear()
