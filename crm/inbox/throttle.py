"""How fast a source may send."""

from crm.inbox.outcomes import TooManyRequests
from crm.minute_quota import count_in_minute
from crm.models import InboundSource


def count_request(source: InboundSource) -> None:
    """Count one request. Raises TooManyRequests with the seconds until the next minute."""
    minute = count_in_minute(f"inbox:{source.pk}")
    if minute.used > source.requests_per_minute:
        raise TooManyRequests(
            f"This source may send {source.requests_per_minute} requests a minute. "
            f"Try again in {minute.resets_in} s.",
            details={"retry_after": minute.resets_in},
        )
