"""Times of the demo lie in opening hours, and the newest are spread instead of being all now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crm.demo.businesses import BUSINESSES
from tests.crm.demo.settings import setting_of

INDIA = timedelta(hours=5, minutes=30)


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_the_last_hours_are_spread_in_their_order(hour: int):
    now = datetime(2026, 3, 18, hour, 17, tzinfo=UTC)
    setting = replace(setting_of(BUSINESSES["motors"]), now=now)
    drawn = [now - timedelta(minutes=7 * step) for step in range(600)]
    shown = [setting.in_opening_hours(at) for at in drawn]
    assert shown == sorted(shown, reverse=True)
    assert max(shown) <= now - timedelta(seconds=300)
    assert len(set(shown)) > 590
    for at in shown:
        local = at + INDIA
        assert 9 <= local.hour + local.minute / 60 <= 19
