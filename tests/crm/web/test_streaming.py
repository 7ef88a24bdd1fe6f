"""Files in parts: one by one under ASGI, and nothing is read on when the reader has gone."""

import io
from collections.abc import AsyncIterator, Iterator

from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory

from crm.web.streaming import stream_file


class Source:
    """Parts that know how far they were read."""

    def __init__(self) -> None:
        self.read, self.closed = 0, False

    def parts(self) -> Iterator[bytes]:
        try:
            for _ in range(5):
                self.read += 1
                yield b"x" * self.read
        finally:
            self.closed = True


def asgi_request() -> ASGIRequest:
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
    return ASGIRequest(scope, io.BytesIO())


def read(parts: AsyncIterator[bytes], most: int) -> list[bytes]:
    async def some() -> list[bytes]:
        found: list[bytes] = []
        async for part in parts:
            found.append(part)
            if len(found) == most:
                await parts.aclose()  # type: ignore[attr-defined]
                break
        return found

    return async_to_sync(some)()


def test_under_asgi_parts_come_one_by_one() -> None:
    source = Source()
    answer = stream_file(asgi_request(), source.parts(), name="orders-2026-01-01", kind="csv")
    assert answer.is_async
    assert source.read == 0
    assert read(answer._iterator, 9) == [b"x" * number for number in range(1, 6)]  # type: ignore[attr-defined]
    assert source.closed


def test_a_reader_who_leaves_ends_the_reading() -> None:
    source = Source()
    answer = stream_file(asgi_request(), source.parts(), name="orders", kind="csv")
    assert len(read(answer._iterator, 2)) == 2  # type: ignore[attr-defined]
    assert source.closed
    assert source.read == 2


def test_elsewhere_they_are_handed_over_as_they_are() -> None:
    answer = stream_file(
        RequestFactory().post("/"), Source().parts(), name="orders-2026-01-01", kind="xlsx"
    )
    assert not answer.is_async
    assert b"".join(answer.streaming_content) == b"x" * 15  # type: ignore[arg-type]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="orders-2026-01-01.xlsx"'
    assert answer.headers["Cache-Control"] == "no-store"
