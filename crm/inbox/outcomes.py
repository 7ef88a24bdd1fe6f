"""What a handler may answer, and how it says that something is wrong.

Reasons are shown to admins and kept with the delivery. They say what was wrong and never quote a
name, a phone, an e-mail or another value of a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from crm.errors import CrmError


@dataclass(frozen=True)
class Done:
    """The delivery was processed. `result` names what came of it: ids and counts only."""

    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ignored:
    """The delivery is understood and asks nothing of us, such as a test event."""

    reason: str


Outcome = Done | Ignored


class RetryLater(Exception):
    """It cannot be done now; `after` is the pause, by default the usual back-off."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class Unprocessable(Exception):
    """It can never be done as it is: the delivery is dead at once, until somebody replays it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(CrmError):
    """The sender did not prove who they are; nothing is stored."""

    status = 401
    default_code = "refused"

    def __init__(self, message: str = "The signature is missing or wrong.") -> None:
        super().__init__(message)


class BodyTooLarge(CrmError):
    """The body is larger than the source may send; nothing is stored."""

    status = 413
    default_code = "body_too_large"


class TooManyRequests(CrmError):
    """The source sends faster than it may; `details['retry_after']` is the pause in seconds."""

    status = 429
    default_code = "too_many_requests"


@dataclass(frozen=True)
class Answer:
    """What the sender is told."""

    body: bytes = b'{"status": "received"}'
    content_type: str = "application/json"
    status: int = 200
