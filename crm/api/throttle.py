"""How often a key may ask: so many requests in each minute of the clock, told in RateLimit headers.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10. A cache that is down counts in
each process for itself (crm/fallback_cache.py).
"""

import math
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from crm.api.authentication import Caller

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Allowance:
    """What is left of this minute."""

    quota: int
    remaining: int
    resets_in: int

    def headers(self) -> dict[str, str]:
        """As the caller sees it."""
        return {
            "RateLimit-Policy": f'"minute";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"minute";r={self.remaining};t={self.resets_in}',
        }


class KeyThrottle(BaseThrottle):
    """Counts the requests of each key."""

    def __init__(self) -> None:
        self.resets_in = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request; False when the minute's share is used up."""
        caller = request.user
        if not isinstance(caller, Caller):
            return True
        now = time.time()
        name = f"api:{caller.key_id}:{int(now // WINDOW_SECONDS)}"
        cache.add(name, 0, timeout=2 * WINDOW_SECONDS)
        try:
            used = cache.incr(name)
        except ValueError:  # the cache forgot it in between
            used = 1
        self.resets_in = max(1, math.ceil(WINDOW_SECONDS - now % WINDOW_SECONDS))
        quota = caller.requests_per_minute
        view.allowance = Allowance(quota, max(0, quota - used), self.resets_in)
        return used <= quota

    def wait(self) -> float:
        """Seconds until the next minute."""
        return self.resets_in
