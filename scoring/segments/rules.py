"""Reading rules: from JSON of anybody's making to a checked tree, or an error that says where.

A rule is `{"all": [...]}` or `{"any": [...]}`; each part is such a group again or a condition
`{"field": ..., "op": ..., "value": ...}`. Nothing else is understood, so nothing else can run.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn
from uuid import UUID

from crm.errors import InvalidInput
from crm.identifiers.text import clean_text, holds_control_characters
from scoring.segments.fields import FIELDS, OPERATORS, FieldType, RuleField

MOST_CONDITIONS = 50
DEEPEST = 4
LONGEST_LIST = 20
LONGEST_TEXT = 100
LONGEST_RULE = 20_000
LARGEST_NUMBER = 1_000_000_000
LARGEST_AMOUNT = Decimal(1_000_000_000_000)
MOST_DAYS = 36_500
_DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d")
_AMOUNT = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?")
_DAYS_OPERATORS = ("at_most_days_ago", "more_than_days_ago")

Value = int | Decimal | str | bool | date | UUID | tuple["Value", ...]


@dataclass(frozen=True)
class Condition:
    """A question about one field, its value checked."""

    field: str
    op: str
    value: Value


@dataclass(frozen=True)
class Group:
    """Questions of which all, or any, must hold."""

    every: bool
    parts: tuple["Group | Condition", ...]


def rules_from_text(text: str) -> Group:
    """The rules in a JSON text. Raises InvalidInput at `rules`."""
    if len(text) > LONGEST_RULE:
        raise InvalidInput.field("rules", f"Rules have at most {LONGEST_RULE:,} characters.")
    try:
        return read_rules(json.loads(text))
    except (ValueError, RecursionError):
        raise InvalidInput.field(
            "rules", 'This is not JSON. Rules look like {"all": [{"field": "score", …}]}.'
        ) from None


def read_rules(rules: Any) -> Group:
    """The checked tree of rules as JSON gives them. Raises InvalidInput at `rules`.

    The error names the place, such as `all[2].value`, and says what may stand there.
    """
    reader = _Reader()
    found = reader.part(rules, "", 1)
    if isinstance(found, Condition):
        _refuse("", 'Put the condition into a group: {"all": […]}.')
    return found


def as_json(part: Group | Condition) -> dict[str, Any]:
    """The tree as it is kept; `read_rules` of it gives the same tree."""
    if isinstance(part, Group):
        return {"all" if part.every else "any": [as_json(inner) for inner in part.parts]}
    return {"field": part.field, "op": part.op, "value": _plain(part.value)}


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool | int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _refuse(place: str, message: str) -> NoReturn:
    raise InvalidInput.field("rules", f"At {place}: {message}" if place else message)


def _listed(names: "Mapping[str, Any] | tuple[str, ...]") -> str:
    return ", ".join(names)


class _Reader:
    """Reads parts and counts them."""

    def __init__(self) -> None:
        self.conditions = 0

    def part(self, part: Any, place: str, depth: int) -> Group | Condition:
        """A group or a condition."""
        if not isinstance(part, dict):
            _refuse(place, 'A rule is {"all": […]}, {"any": […]} or a condition with a field.')
        if set(part) in ({"all"}, {"any"}):
            return self._group(part, place, depth)
        if set(part) == {"field", "op", "value"}:
            return self._condition(part, place)
        _refuse(place, "Write either all, or any, or exactly field, op and value.")

    def _group(self, part: dict[str, Any], place: str, depth: int) -> Group:
        ((kind, inner),) = part.items()
        place = f"{place}.{kind}" if place else kind
        if depth > DEEPEST:
            _refuse(place, f"Groups stand in each other at most {DEEPEST} deep.")
        if not isinstance(inner, list) or not inner:
            _refuse(place, "A group is a list with at least one condition.")
        if len(inner) > MOST_CONDITIONS:
            _refuse(place, f"A rule has at most {MOST_CONDITIONS} conditions.")
        parts = tuple(
            self.part(item, f"{place}[{number}]", depth + 1) for number, item in enumerate(inner)
        )
        return Group(kind == "all", parts)

    def _condition(self, part: dict[str, Any], place: str) -> Condition:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            _refuse(place, f"A rule has at most {MOST_CONDITIONS} conditions.")
        name, op = part["field"], part["op"]
        if not isinstance(name, str) or name not in FIELDS:
            _refuse(f"{place}.field", f"Choose from: {_listed(FIELDS)}.")
        field = FIELDS[name]
        allowed = OPERATORS[field.type]
        if not isinstance(op, str) or op not in allowed:
            _refuse(f"{place}.op", f"{field.label} can be asked with: {_listed(allowed)}.")
        return Condition(name, op, _value(field, op, part["value"], f"{place}.value"))


def _value(field: RuleField, op: str, value: Any, place: str) -> Value:
    if op == "is_empty":
        return _flag(value, place)
    if op in _DAYS_OPERATORS:
        return _number(value, place, most=MOST_DAYS)
    if op == "between":
        if not isinstance(value, list) or len(value) != 2:
            _refuse(place, "Write the first and the last value: [10, 20].")
        ends: list[Any] = [
            _single(field, item, f"{place}[{number}]") for number, item in enumerate(value)
        ]
        if ends[1] < ends[0]:
            _refuse(place, "The last value lies before the first.")
        return tuple(ends)
    if op in ("in", "not_in"):
        if not isinstance(value, list) or not 1 <= len(value) <= LONGEST_LIST:
            _refuse(place, f"Write a list of 1 to {LONGEST_LIST} values.")
        return tuple(
            _single(field, item, f"{place}[{number}]") for number, item in enumerate(value)
        )
    return _single(field, value, place)


def _single(field: RuleField, value: Any, place: str) -> Value:
    if field.type is FieldType.CHOICE:
        if not isinstance(value, str) or value not in field.choices:
            _refuse(place, f"Choose from: {_listed(field.choices)}.")
        return value
    return _READERS[field.type](value, place)


def _number(value: Any, place: str, *, most: int = LARGEST_NUMBER) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        _refuse(place, f"Write a whole number from 0 to {most:,}.")
    return value


def _amount(value: Any, place: str) -> Decimal:
    # Through text: 0.1 as JSON's float is the amount 0.1, not its binary neighbour.
    text = str(value) if isinstance(value, int | float | str) else ""
    if isinstance(value, bool) or not _AMOUNT.fullmatch(text) or not text.isascii():
        _refuse(place, "Write an amount such as 250 or 99.50.")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        _refuse(place, "Write an amount such as 250 or 99.50.")
    if abs(amount) > LARGEST_AMOUNT:
        _refuse(place, f"An amount is at most {LARGEST_AMOUNT:,}.")
    return amount


def _flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        _refuse(place, "Write true or false.")
    return value


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or holds_control_characters(value):
        _refuse(place, "Write a text without control characters.")
    text = clean_text(value)
    if not 1 <= len(text) <= LONGEST_TEXT:
        _refuse(place, f"Write a text of 1 to {LONGEST_TEXT} characters.")
    return text


def _day(value: Any, place: str) -> date:
    if isinstance(value, str) and value.isascii() and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    _refuse(place, "Write a day as year-month-day, such as 2026-03-31.")


def _branch(value: Any, place: str) -> UUID:
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        _refuse(place, "Write the id of a branch.")


_READERS: Mapping[FieldType, Any] = {
    FieldType.NUMBER: _number,
    FieldType.MONEY: _amount,
    FieldType.FLAG: _flag,
    FieldType.TEXT: _text,
    FieldType.WORDS: _text,
    FieldType.DATE: _day,
    FieldType.BRANCHES: _branch,
}
