"""How fast a source may send: so many requests in each minute of the clock, counted in the cache.

A cache that is down counts in each process for itself (crm/fallback_cache.py): a sender is never
turned away for our fault.
"""

import math
import time

from django.core.cache import cache

from crm.inbox.outcomes import TooManyRequests
from crm.models import InboundSource

SECONDS = 60


def count_request(source: InboundSource) -> None:
    """Count one request. Raises TooManyRequests with the seconds until the next minute."""
    now = time.time()
    name = f"inbox:{source.pk}:{int(now // SECONDS)}"
    cache.add(name, 0, timeout=2 * SECONDS)
    try:
        count = cache.incr(name)
    except ValueError:  # the cache forgot it in between
        return
    if count > source.requests_per_minute:
        wait = max(1, math.ceil(SECONDS - now % SECONDS))
        raise TooManyRequests(
            f"This source may send {source.requests_per_minute} requests a minute. "
            f"Try again in {wait} s.",
            details={"retry_after": wait},
        )
