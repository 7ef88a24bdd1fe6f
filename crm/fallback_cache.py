"""The cache; when its server does not answer, the memory of this process stands in.

Sign-in throttling counts in the cache. Without a stand-in, a cache that is down would either shut
everybody out or let anybody guess passwords. So each process goes on counting for itself: people
sign in, and a guesser gets at most the limit of each process, and once more with the server back.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# So long a server that failed is not asked again: nobody waits for each of a request's questions.
PAUSE_SECONDS = 5.0
MOST_KEPT = 10_000  # entries in a process's own memory

# The server's address → when it may be asked again (monotonic seconds); shared by all threads.
_asked_again_at: dict[str, float] = {}


def _of_server_or_own(name: str) -> Callable[..., Any]:
    of_server, of_own = getattr(RedisCache, name), getattr(LocMemCache, name)

    def operation(cache: "FallbackCache", *args: Any, **kwargs: Any) -> Any:
        if cache.server_is_asked():
            try:
                return of_server(cache, *args, **kwargs)
            except RedisError as error:
                cache.pause(error)
        return of_own(cache.own, *args, **kwargs)

    return operation


class FallbackCache(RedisCache):
    """Django's Redis cache that never raises for a server that is down or hangs."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.server = server
        shared = {name: value for name, value in params.items() if name != "OPTIONS"}
        self.own = LocMemCache(
            f"instead of {server}", {**shared, "OPTIONS": {"MAX_ENTRIES": MOST_KEPT}}
        )

    def server_is_asked(self) -> bool:
        """Whether the server may be asked now, or failed a moment ago."""
        return time.monotonic() >= _asked_again_at.get(self.server, 0.0)

    def pause(self, error: RedisError) -> None:
        """The server failed: for a while only this process's memory is asked."""
        _asked_again_at[self.server] = time.monotonic() + PAUSE_SECONDS
        # The kind of error only: its text may hold the server's address with the password.
        log.warning("The cache does not answer (%s).", type(error).__name__)

    add = _of_server_or_own("add")
    get = _of_server_or_own("get")
    set = _of_server_or_own("set")
    touch = _of_server_or_own("touch")
    delete = _of_server_or_own("delete")
    get_many = _of_server_or_own("get_many")
    set_many = _of_server_or_own("set_many")
    delete_many = _of_server_or_own("delete_many")
    has_key = _of_server_or_own("has_key")
    incr = _of_server_or_own("incr")
    clear = _of_server_or_own("clear")
