"""How far a long load has come: a bar on a terminal, a line now and then elsewhere."""

import time
from typing import TextIO

_WIDTH = 30


class Progress:
    """Counts things done out of a total."""

    def __init__(self, what: str, total: int, stream: TextIO) -> None:
        self.what, self.total, self.stream = what, total, stream
        self.done = 0
        self._started = time.monotonic()
        self._lines_shown = 0

    def advance(self, by: int) -> None:
        """So many more are done."""
        self.done += by
        if self.stream.isatty():
            self._draw()
        elif self.done * 10 // max(self.total, 1) > self._lines_shown:
            self._lines_shown = self.done * 10 // max(self.total, 1)
            self.stream.write(f"{self.text()}\n")
            self.stream.flush()

    def text(self) -> str:
        """The state in words: how many, how fast, how long to go (seconds)."""
        seconds = time.monotonic() - self._started
        rate = self.done / seconds if seconds else 0.0
        left = (self.total - self.done) / rate if rate else 0.0
        share = self.done * 100 // max(self.total, 1)
        ahead = f", {left:.0f} s to go" if self.done < self.total else f" in {seconds:.0f} s"
        return (
            f"{self.what} {self.done:,} of {self.total:,} ({share} %), {rate:,.0f} a second{ahead}"
        )

    def close(self) -> None:
        """Leave the bar's line."""
        if self.stream.isatty() and self.done:
            self.stream.write("\n")

    def _draw(self) -> None:
        filled = self.done * _WIDTH // max(self.total, 1)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        self.stream.write(f"\r{bar} {self.text()}\x1b[K")
        self.stream.flush()
