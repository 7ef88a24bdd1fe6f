"""What an error looks like in the logs: where it happened, not whom it concerned.

Messages of exceptions quote values ("Key (value)=(+61 …) already exists"), and values are personal
data. The logs keep the class and the lines of code; the request id leads to the audit trail.
"""

import re
import traceback
from types import TracebackType
from typing import Any


def traceback_without_values(
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None],
) -> str:
    """The traceback of an exception and of those that caused it, without their messages."""
    parts: list[str] = []
    seen: set[int] = set()
    error: BaseException | None = exc_info[1]
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        state = getattr(error, "sqlstate", None)
        name = type(error).__qualname__ + (f" (SQLSTATE {state})" if state else "")
        parts.append("".join(traceback.format_tb(error.__traceback__)) + name)
        error = error.__cause__ or error.__context__
    return "\ncaused by:\n".join(parts)


def render_exception(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: replaces `exc_info` by a traceback without values."""
    exc_info = event.pop("exc_info", None)
    if isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if isinstance(exc_info, tuple) and exc_info[1] is not None:
        event["exception"] = traceback_without_values(exc_info)
    return event


# A hook's path holds the secret of its source, and what is behind it may hold personal data.
_HOOK_PATH = re.compile(r"/hooks/.*", re.DOTALL)


def without_hook_path(text: str) -> str:
    """The text up to the path of a hook, of which only "/hooks/…" stays."""
    return _HOOK_PATH.sub("/hooks/…", text)


def redact_hook_paths(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: no line holds the path of a hook."""
    return {
        name: without_hook_path(value) if isinstance(value, str) and name != "exception" else value
        for name, value in event.items()
    }
