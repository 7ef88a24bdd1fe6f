"""A zip that is sent, or stored, while it is made."""

import io
import zipfile
from collections.abc import Iterable, Iterator


class _Sink(io.RawIOBase):
    """Takes what the zip writes until somebody fetches it. It cannot seek: nothing is kept."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._written += part
        return len(part)

    def taken(self) -> bytes:
        """What was written since the last time."""
        written = bytes(self._written)
        self._written.clear()
        return written


class ZipStream:
    """The bytes of a zip, member by member. Files may be larger than 4 GB (zip64)."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def member(self, name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Add a file; yields once for each part, perhaps nothing yet."""
        with self._zip.open(name, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                yield self._sink.taken()
        yield self._sink.taken()

    def end(self) -> bytes:
        """The table of contents. No file may be added after it."""
        self._zip.close()
        return self._sink.taken()
