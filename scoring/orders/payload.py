"""Reads the fields of a JSON payload, and says which one is bad."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from scoring.orders.bad_value import BadOrder, BadValue
from scoring.orders.moments import read_moment
from scoring.orders.money import read_money
from scoring.orders.texts import read_id, read_name, read_text

Value = TypeVar("Value")
UTC_ZONE = ZoneInfo("UTC")


class Payload:
    """One object of a payload. Every reader takes a path such as "totals.refunds"."""

    def __init__(self, content: object) -> None:
        if not isinstance(content, Mapping):
            raise BadOrder("", "not_an_object", "An order must be a JSON object.")
        self.content = content

    def value(self, path: str) -> Any:
        """What stands there; None where there is nothing."""
        found: Any = self.content
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def objects(self, path: str) -> list["Payload"]:
        """The objects of a list; whatever else stands in it is passed over."""
        found = self.value(path)
        if not isinstance(found, Sequence) or isinstance(found, str | bytes):
            return []
        return [Payload(item) for item in found if isinstance(item, Mapping)]

    def read(self, path: str, read: Callable[[Any], Value]) -> Value:
        """The value as `read` understands it. Raises BadOrder with the path."""
        try:
            return read(self.value(path))
        except BadValue as error:
            raise BadOrder(path, error.code, error.message) from error

    def text(self, path: str, *, longest: int) -> str:
        """One clean line."""
        return read_text(self.value(path), longest=longest)

    def name(self, path: str) -> str:
        """Part of a person's name."""
        return read_name(self.value(path))

    def id(self, path: str) -> str:
        """An id as text; empty where there is none."""
        return self.read(path, read_id)

    def required_id(self, path: str) -> str:
        """An id as text. Raises BadOrder where there is none."""
        found = self.id(path)
        if not found:
            raise BadOrder(path, "missing", "The order has no id.")
        return found

    def money(self, *paths: str) -> Decimal | None:
        """The first amount that is there, in units."""
        for path in paths:
            amount = self.read(path, read_money)
            if amount is not None:
                return amount
        return None

    def moment(self, path: str) -> datetime | None:
        """A moment; one that names no zone is UTC, as these APIs write it."""
        return self.read(path, lambda value: read_moment(value, zone=UTC_ZONE, order=None))

    def required_moment(self, *paths: str) -> datetime:
        """The first moment that is there. Raises BadOrder where there is none."""
        for path in paths:
            moment = self.moment(path)
            if moment is not None:
                return moment
        raise BadOrder(paths[0], "missing", "The order does not say when.")
