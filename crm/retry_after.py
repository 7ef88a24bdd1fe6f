"""When another system asks to be left alone for a while: the Retry-After header."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=1)


def read_retry_after(text: str) -> timedelta | None:
    """RFC 9110: seconds or a date, at most a day; None where there is none or it makes no sense."""
    text = text.strip()
    if text.isdecimal() and len(text) < 10:
        pause = timedelta(seconds=int(text))
    else:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        pause = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)
    return min(max(pause, timedelta(0)), LONGEST)
