"""How often somebody may come: so many times in each minute of the clock, counted in the cache.

A cache that is down counts in each process for itself (crm/fallback_cache.py): nobody is turned
away for our fault.
"""

import math
import time
from dataclasses import dataclass

from django.core.cache import cache

SECONDS = 60


@dataclass(frozen=True)
class MinuteCount:
    """How often they came in this minute, this time included, and the seconds until the next."""

    used: int
    resets_in: int


def count_in_minute(who: str) -> MinuteCount:
    """Count one time more. `who` names them among all whom the cache counts."""
    now = time.time()
    name = f"{who}:{int(now // SECONDS)}"
    cache.add(name, 0, timeout=2 * SECONDS)
    try:
        used = cache.incr(name)
    except ValueError:  # the cache forgot it in between
        used = 1
    return MinuteCount(used=used, resets_in=max(1, math.ceil(SECONDS - now % SECONDS)))
