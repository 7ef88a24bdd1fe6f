"""What processes and all they start use: peak memory, and processor time (Linux).

Shared pages are divided among those who share them. On a busy machine the processor time is the
fair measure of two methods; the wall clock also counts what others did meanwhile.
"""

import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")
PROPORTIONAL = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)


class Usage:
    """Samples while the block runs, 0 where there is no /proc.

    `megabytes` is the highest sum seen. `processor_seconds` leaves out what a process did between
    the last sample and its end.
    """

    def __init__(self, roots: Sequence[int], *, every: float = 0.3) -> None:
        self.megabytes = 0.0
        self._before: dict[int, int] = {}
        self._ticks: dict[int, int] = {}
        self._roots = roots
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def processor_seconds(self) -> float:
        """Of all the processes together, since the block began."""
        spent = (self._ticks[key] - self._before.get(key, 0) for key in self._ticks)
        return sum(spent) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> "Usage":
        self._before = {process: _ticks(process) for process in _descendants(self._roots)}
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
            self._sample()
            if self._over.wait(self._every):
                self._sample()
                return

    def _sample(self) -> None:
        processes = _descendants(self._roots)
        memory = sum(_proportional(process) for process in processes) / 1024
        self.megabytes = max(self.megabytes, memory)
        for process in processes:
            self._ticks[process] = max(_ticks(process), self._ticks.get(process, 0))


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
    status = _status(process)
    return int(status[1]) if status else 0


def _ticks(process: int) -> int:
    """Clock ticks in which it ran, its own and the kernel's for it."""
    status = _status(str(process))
    return int(status[11]) + int(status[12]) if status else 0


def _status(process: str) -> list[str]:
    """The fields of its status behind the name; none when it ended meanwhile."""
    try:
        text = (PROC / process / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _proportional(process: int) -> int:
    try:
        found = PROPORTIONAL.search((PROC / str(process) / "smaps_rollup").read_bytes())
    except OSError:
        return 0
    return int(found[1]) if found else 0
