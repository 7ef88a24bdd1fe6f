"""Files that are sent while they are made."""

from collections.abc import AsyncIterator, Iterator
from typing import IO

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
PART = 256 * 1024  # bytes


def parts_of(file: IO[bytes]) -> Iterator[bytes]:
    """An open file, part by part; it is closed behind the last one."""
    with file:
        while part := file.read(PART):
            yield part


class Download(StreamingHttpResponse):
    """Parts of a file, each made when the one before is sent.

    Django's own class would collect all parts first when an ASGI server sends them. Here each is
    asked for in the request's thread, where its database connection lives. The view's transaction
    is over by then, so the parts must open their own (`crm.tenancy.use_company`). Where the reader
    goes away in the middle, the making ends at once.
    """

    def __init__(self, parts: Iterator[bytes], *, file_name: str) -> None:
        self._made = parts
        super().__init__(parts, content_type=CONTENT_TYPES[file_name.rpartition(".")[2]])
        self.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        self.headers["Cache-Control"] = "no-store"
        self.headers["X-Content-Type-Options"] = "nosniff"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = iter(self)

        def next_part() -> bytes | None:
            return next(parts, None)

        try:
            while (part := await sync_to_async(next_part)()) is not None:
                yield part
        finally:
            close = getattr(self._made, "close", None)
            if close is not None:
                await sync_to_async(close)()
