"""When messages are tried again."""

from datetime import timedelta

from crm.webhooks.schedule import LONGEST_HOLD, MOST_ATTEMPTS, hold_after, pause_after

HOUR = 3600
SECONDS = [5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]


def test_the_schedule_of_the_standard() -> None:
    assert len(SECONDS) + 1 == MOST_ATTEMPTS
    for attempts, seconds in enumerate(SECONDS, start=1):
        pauses = [pause_after(attempts) for _ in range(20)]
        assert all(pause is not None for pause in pauses)
        spread = {pause.total_seconds() for pause in pauses if pause is not None}
        assert len(spread) > 1
        assert all(0.9 * seconds <= each <= 1.1 * seconds for each in spread)
    assert pause_after(MOST_ATTEMPTS) is None


def test_an_endpoint_is_left_alone_longer_and_longer() -> None:
    assert hold_after(1) <= timedelta(seconds=5.5)
    assert hold_after(4) >= timedelta(seconds=36)
    assert hold_after(1000) == LONGEST_HOLD
