"""One family of errors for every door.

Services raise these; each door maps them once: the web to a form error or a page, the API to a
problem document, tasks to an outcome. A message is written for the person who reads it: what was
wrong, and what to do.
"""

from collections.abc import Mapping
from typing import Any


class CrmError(Exception):
    """Something a person or a system asked for and cannot have.

    `code` is stable and machine readable, `message` is for people, `fields` maps a field's name
    to its messages, `details` holds ids and values that a door may show.
    """

    status = 400
    default_code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.fields = dict(fields or {})
        self.details = dict(details or {})


class InvalidInput(CrmError):
    """A value is missing, malformed or contradicts another."""

    default_code = "invalid"

    @classmethod
    def field(cls, name: str, message: str, *, code: str = "") -> "InvalidInput":
        """The error of one field."""
        return cls(message, code=code, fields={name: message})


class NotFound(CrmError):
    """There is no such record for this actor; another company's record says the same."""

    status = 404
    default_code = "not_found"

    def __init__(self, message: str = "There is nothing here.", **extra: Any) -> None:
        super().__init__(message, **extra)


class Forbidden(CrmError):
    """The actor's role does not allow this action."""

    status = 403
    default_code = "forbidden"


class Conflict(CrmError):
    """The change contradicts what is stored."""

    status = 409
    default_code = "conflict"


class StaleVersion(Conflict):
    """Somebody else saved the record first; `details` holds both versions."""

    default_code = "stale_version"


class DuplicateFound(Conflict):
    """The phone or e-mail already identifies another live customer (`details['customer_id']`)."""

    default_code = "duplicate"


class Unavailable(CrmError):
    """A part of the system does not answer at the moment; trying again later helps."""

    status = 503
    default_code = "unavailable"
