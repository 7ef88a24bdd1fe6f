"""What goes wrong while starting; the text is meant for the person at the terminal."""

from pathlib import Path


class StartError(Exception):
    """Something could not be started. The message says what, and what to do about it."""


def log_tail(path: Path | None, lines: int = 12) -> str:
    """The last lines of a log, indented, for an error message; empty when there is none."""
    if path is None or not path.exists():
        return ""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 16_384))
        text = stream.read().decode("utf-8", "replace")
    tail = text.splitlines()[-lines:]
    return "".join(f"\n    {line[:200]}" for line in tail)
