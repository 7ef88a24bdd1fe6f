"""Is it alive, and can it serve? For the supervisor and for load balancers."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

BROKER_SECONDS = 2.0


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> JsonResponse:
    """The database and the broker answer too; 503 names the part that does not."""
    parts = {"database": _database_answers(), "broker": _broker_answers()}
    is_ready = all(parts.values())
    return JsonResponse(
        {"status": "ready" if is_ready else "not ready", "parts": parts},
        status=200 if is_ready else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    # Not through the cache: that has a stand-in and would always answer.
    once = Retry(NoBackoff(), 0)
    broker = Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=BROKER_SECONDS,
        socket_connect_timeout=BROKER_SECONDS,
        retry=once,
    )
    try:
        return bool(broker.ping())
    except RedisError:
        return False
    finally:
        broker.close()
