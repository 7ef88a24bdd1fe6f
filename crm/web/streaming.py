"""Answers that are files, sent in parts while they are written."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def stream_file(
    request: HttpRequest, parts: Iterator[bytes], *, name: str, kind: str
) -> StreamingHttpResponse:
    """A download called `<name>.<kind>` (csv or xlsx); nothing of it is kept in memory.

    Under ASGI Django would read all parts before it sends the first; there they are handed over
    one by one, in the thread that has this request's connection to the database.
    """
    content = _one_by_one(parts) if isinstance(request, ASGIRequest) else parts
    return StreamingHttpResponse(
        content,
        content_type=CONTENT_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


async def _one_by_one(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(_next_part, thread_sensitive=True)
    try:
        while (part := await following(parts)) is not None:
            yield part
    finally:
        # Somebody who goes away in the middle: the reading transaction ends now.
        close = getattr(parts, "close", None)
        if close is not None:
            await sync_to_async(close, thread_sensitive=True)()


def _next_part(parts: Iterator[bytes]) -> bytes | None:
    return next(parts, None)
