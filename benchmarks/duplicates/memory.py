"""The peak memory of processes and all they start, shared pages divided among them (Linux)."""

import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")
PROPORTIONAL = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)


class PeakMemory:
    """Samples while the block runs; `megabytes` is the highest sum, 0 where there is no /proc."""

    def __init__(self, roots: Sequence[int], *, every: float = 0.3) -> None:
        self.megabytes = 0.0
        self._roots = roots
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, _megabytes(self._roots))
            if self._over.wait(self._every):
                return


def _megabytes(roots: Sequence[int]) -> float:
    return sum(_proportional(process) for process in _descendants(roots)) / 1024


def _descendants(roots: Sequence[int]) -> set[int]:
    parents = {int(name): _parent(name) for name in _processes()}
    found = set(roots)
    while True:
        more = {process for process, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def _processes() -> list[str]:
    return [name for name in os.listdir(PROC) if name.isdigit()] if PROC.is_dir() else []


def _parent(process: str) -> int:
    try:
        status = (PROC / process / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0  # it ended meanwhile
    return int(status.rpartition(")")[2].split()[1])


def _proportional(process: int) -> int:
    try:
        found = PROPORTIONAL.search((PROC / str(process) / "smaps_rollup").read_bytes())
    except OSError:
        return 0
    return int(found[1]) if found else 0
