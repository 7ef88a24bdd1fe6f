"""Fields of requests that take the type that the document names, and nothing that looks like it.

DRF's own read 1 as "1" and "yes" as true: helpful in forms, misleading between programs.
"""

from typing import Any, NoReturn
from uuid import UUID

from rest_framework import serializers


class Text(serializers.CharField):
    """A JSON string."""

    def to_internal_value(self, data: Any) -> str:
        """Raises ValidationError for numbers too."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Flag(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        """Raises ValidationError for words and numbers."""
        if not isinstance(data, bool):
            self._refuse(data)
        return data

    def _refuse(self, data: Any) -> NoReturn:
        self.fail("invalid", input=data)


class Id(serializers.UUIDField):
    """A UUID as a string."""

    def to_internal_value(self, data: Any) -> UUID:
        """Raises ValidationError for numbers."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        found: UUID = super().to_internal_value(data)
        return found


class Count(serializers.IntegerField):
    """A whole number, not a string of digits."""

    def to_internal_value(self, data: Any) -> int:
        """Raises ValidationError for strings, fractions, true and false."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class QueryFlag(serializers.BooleanField):
    """true or false in an address."""

    def to_internal_value(self, data: Any) -> bool:
        """Raises ValidationError for any other word."""
        if data not in ("true", "false"):
            self.fail("invalid", input=data)
        return bool(data == "true")


class QueryNumber(serializers.IntegerField):
    """A whole number in an address, in plain digits."""

    def to_internal_value(self, data: Any) -> int:
        """Raises ValidationError for signs, blanks and other scripts too."""
        if not (data.isascii() and data.isdigit()):
            self.fail("invalid")
        return int(super().to_internal_value(data))
