"""Files sent while they are made, as an ASGI server and as a WSGI server sends them."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

from asgiref.sync import ThreadSensitiveContext

from crm.web.downloads import Download


class Parts:
    """Counts what was asked for, and notices who asked and when it was closed."""

    def __init__(self) -> None:
        self.asked, self.closed = 0, False
        self.threads: set[int] = set()

    def __iter__(self) -> Iterator[bytes]:
        try:
            for number in range(3):
                self.asked += 1
                self.threads.add(threading.get_ident())
                yield f"part {number};".encode()
        finally:
            self.closed = True


def test_an_asgi_server_gets_part_by_part_from_one_thread() -> None:
    parts = Parts()
    asked_when_sent: list[int] = []

    async def send() -> None:
        async with ThreadSensitiveContext():
            async for _ in Download(iter(parts), file_name="list.csv"):
                asked_when_sent.append(parts.asked)

    asyncio.run(send())
    assert asked_when_sent == [1, 2, 3]
    assert len(parts.threads) == 1
    assert parts.threads != {threading.get_ident()}
    assert parts.closed


def test_a_wsgi_server_gets_the_same() -> None:
    response = Download(iter(Parts()), file_name="list.xlsx")
    assert b"".join(response) == b"part 0;part 1;part 2;"
    assert response["Content-Disposition"] == 'attachment; filename="list.xlsx"'
    assert response["Cache-Control"] == "no-store"
    assert "spreadsheetml" in response["Content-Type"]


def test_a_reader_who_goes_away_ends_the_making() -> None:
    parts = Parts()
    response = Download(iter(parts), file_name="list.csv")
    next(iter(response))
    response.close()
    assert (parts.asked, parts.closed) == (1, True)


def test_under_asgi_a_reader_who_goes_away_ends_the_making() -> None:
    parts = Parts()

    async def read_two() -> list[bytes]:
        async with (
            ThreadSensitiveContext(),
            aclosing(aiter(Download(iter(parts), file_name="list.csv"))) as sent,
        ):
            return [await anext(sent), await anext(sent)]

    assert asyncio.run(read_two()) == [b"part 0;", b"part 1;"]
    assert (parts.asked, parts.closed) == (2, True)
