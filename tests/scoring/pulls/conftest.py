"""Platforms at home with small pages, and no long pauses between attempts."""

from collections.abc import Iterator

import pytest

from crm import json_api
from tests.platforms_at_home import EventbriteAtHome, HumanitixAtHome


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_api, "FIRST_PAUSE_SECONDS", 0.01)


@pytest.fixture
def humanitix() -> Iterator[HumanitixAtHome]:
    """Humanitix with pages of three."""
    platform = HumanitixAtHome(page_size=3)
    yield platform
    platform.stop()


@pytest.fixture
def eventbrite() -> Iterator[EventbriteAtHome]:
    """Eventbrite with pages of three."""
    platform = EventbriteAtHome(page_size=3)
    yield platform
    platform.stop()
