"""When a message is tried again, and how long an endpoint that asks for it is left alone."""

import random
from datetime import timedelta

# Standard Webhooks 1.0.0: the pause before each attempt after the first.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(PAUSES) + 1
JITTER = 0.1
FIRST_HOLD = timedelta(seconds=5)
LONGEST_HOLD = timedelta(minutes=10)


def pause_after(attempts: int) -> timedelta | None:
    """The pause after so many attempts, spread by a tenth; None when there are no more."""
    return _spread(PAUSES[attempts - 1]) if attempts < MOST_ATTEMPTS else None


def hold_after(slowdowns: int) -> timedelta:
    """How long to leave an endpoint alone that could not answer so many times in a row."""
    doublings = min(slowdowns - 1, 10)  # more would not be longer
    return min(_spread(FIRST_HOLD * 2**doublings), LONGEST_HOLD)


def _spread(pause: timedelta) -> timedelta:
    return pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - guards nothing
