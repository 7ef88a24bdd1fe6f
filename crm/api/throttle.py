"""How often a key may ask: so many requests in each minute of the clock, told in RateLimit headers.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10.
"""

from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from crm.api.authentication import Caller
from crm.minute_quota import SECONDS, count_in_minute


@dataclass(frozen=True)
class Allowance:
    """What is left of this minute."""

    quota: int
    remaining: int
    resets_in: int

    def headers(self) -> dict[str, str]:
        """As the caller sees it."""
        return {
            "RateLimit-Policy": f'"minute";q={self.quota};w={SECONDS}',
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
        minute = count_in_minute(f"api:{caller.key_id}")
        self.resets_in = minute.resets_in
        quota = caller.requests_per_minute
        view.allowance = Allowance(quota, max(0, quota - minute.used), self.resets_in)
        return minute.used <= quota

    def wait(self) -> float:
        """Seconds until the next minute."""
        return self.resets_in
