"""Is it alive, and can it serve? For the supervisor and for load balancers."""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError


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
    try:
        cache.set("readyz", 1, timeout=5)
    except RedisError:
        return False
    return True
