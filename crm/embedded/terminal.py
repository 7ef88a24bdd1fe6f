"""What the person at the terminal sees: short steps with their durations."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show a step and, when it is done, how long it took in seconds."""
    _show(f"  {what:<28}", end="")
    started = time.monotonic()
    try:
        yield
    except BaseException:
        _show("")
        raise
    _show(f"{time.monotonic() - started:6.1f} s")


def say(text: str = "") -> None:
    """Show a line at once, also when the output is a pipe."""
    _show(text)


def _show(text: str, end: str = "\n") -> None:
    # The terminal may be gone (its window closed); stopping in order matters more.
    with suppress(OSError, ValueError):
        print(text, end=end, flush=True)
