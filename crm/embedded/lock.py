"""One supervisor a checkout: a lock that the kernel releases, however its holder ends."""

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any


class AlreadyRunning(Exception):
    """Another supervisor holds the lock; `holder` is what it wrote down about itself."""

    def __init__(self, holder: dict[str, Any]) -> None:
        super().__init__("already running")
        self.holder = holder


class SupervisorLock:
    """An flock on a file that also tells who holds it and under which URL it serves."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def __enter__(self) -> "SupervisorLock":
        # Not inheritable, so no child keeps the lock after our end.
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read(handle)
            os.close(handle)
            raise AlreadyRunning(holder) from None
        self._handle = handle
        self.tell()
        return self

    def tell(self, **facts: Any) -> None:
        """Write down, for a second start, who we are and more facts such as `url`."""
        assert self._handle is not None
        text = json.dumps({"pid": os.getpid(), **facts}).encode()
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text, 0)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._handle is not None
        os.ftruncate(self._handle, 0)
        os.close(self._handle)


def _read(handle: int) -> dict[str, Any]:
    try:
        found = json.loads(os.pread(handle, 4096, 0))
    except ValueError:  # the holder is just writing
        return {}
    return found if isinstance(found, dict) else {}


def holder_of(path: Path) -> dict[str, Any] | None:
    """What the lock's present holder wrote down, or None when nobody holds it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(handle)
    else:
        return None
    finally:
        os.close(handle)
