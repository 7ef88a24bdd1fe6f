"""Points in time as people read them."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from crm.templatetags.moments import moment

NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)  # 14:30 in Sydney


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 21, 3, 29, 30, tzinfo=UTC), "just now"),
        (datetime(2026, 11, 21, 3, 18, tzinfo=UTC), "12 min ago"),
        (datetime(2026, 11, 20, 14, 5, tzinfo=UTC), "today 01:05"),
        (datetime(2026, 11, 20, 12, 59, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2026, 11, 21, 20, 0, tzinfo=UTC), "tomorrow 07:00"),
        (datetime(2026, 1, 5, 0, 0, tzinfo=UTC), "5 Jan"),
        (datetime(2025, 1, 5, 0, 0, tzinfo=UTC), "5 Jan 2025"),
        (None, ""),
    ],
)
def test_days_have_the_companys_edges(at: datetime | None, words: str) -> None:
    with timezone.override("Australia/Sydney"):
        assert moment(at, NOW) == words
