"""The rows of the rule form: from what was sent to rules, and from rules back to rows.

The form holds one group of conditions. Rules with groups inside groups are edited as text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from crm.errors import InvalidInput
from crm.web.forms import REPLACEMENT, showable
from scoring.segments.fields import FIELDS, FieldType, RuleField
from scoring.web.rule_operators import FEW_DAYS, HINTS, OFFERS, Offer, choice_label

MOST_ROWS = 20
_BETWEEN = re.compile(r"\s*(?:\bto\b|\band\b|…|\.\.|–)\s*")
_PLACE = re.compile(r"At (?:all|any)\[(\d+)\][^:]*: (.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One condition as the form shows it; `values` are texts as they were typed or chosen."""

    number: int
    name: str
    chosen: str = ""
    values: tuple[str, ...] = ()
    error: str = ""

    @property
    def field(self) -> RuleField:
        """What the condition asks about."""
        return FIELDS[self.name]

    @property
    def offers(self) -> Sequence[Offer]:
        """The operators to choose from."""
        return OFFERS[self.field.type]

    @property
    def text(self) -> str:
        """The value of a row with one input."""
        return self.values[0] if self.values else ""

    @property
    def kind(self) -> str:
        """Which inputs the row has."""
        kinds = {FieldType.CHOICE: "choices", FieldType.FLAG: "flag", FieldType.BRANCHES: "branch"}
        return kinds.get(self.field.type, "text")

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Value, label and whether it is chosen."""
        return [
            (choice, choice_label(self.name, choice), choice in self.values)
            for choice in self.field.choices
        ]

    @property
    def hint(self) -> str:
        """What may be typed."""
        return HINTS.get(self.field.type, "")

    def condition(self) -> dict[str, Any]:
        """The condition in the language; wrong values stay as they are and are refused there."""
        offer = next((one for one in self.offers if one.key == self.chosen), None)
        if offer is None:
            return {"field": self.name, "op": self.chosen, "value": None}
        return {"field": self.name, "op": offer.op, "value": self._value(offer)}

    def _value(self, offer: Offer) -> Any:
        if offer.flag is not None:
            return offer.flag
        if self.field.type is FieldType.FLAG:
            return self.text != "no"
        if self.field.type is FieldType.CHOICE:
            return list(self.values)
        if offer.op == "between":
            return [_number(self.field.type, part) for part in _BETWEEN.split(self.text.strip())]
        if offer.op in FEW_DAYS:
            return _number(FieldType.NUMBER, self.text)
        return _number(self.field.type, self.text)


def new_row(number: int, name: str) -> Row:
    """An empty row for a field. Raises InvalidInput for a field that there is not."""
    if name not in FIELDS:
        raise InvalidInput.field("rules", "Choose what to ask about from the list.")
    row = Row(number=number, name=name)
    return replace(row, chosen=row.offers[0].key)


def rows_sent(data: QueryDict) -> list[Row]:
    """The rows of a form that came in. Raises InvalidInput for a field that there is not."""
    shown = showable(data)
    assert isinstance(shown, QueryDict)
    rows = []
    for number in range(MOST_ROWS):
        name = shown.get(f"row-{number}-field")
        if name is None:
            break
        values = tuple(value for value in shown.getlist(f"row-{number}-value") if value)
        row = replace(
            new_row(number, name), chosen=shown.get(f"row-{number}-op", ""), values=values
        )
        rows.append(row)
    return rows


def rules_of_rows(rows: Sequence[Row], *, every: bool) -> dict[str, Any] | None:
    """The rules that the rows mean; None where there are none.

    Raises InvalidInput for a text with characters that cannot be kept.
    """
    if not rows:
        return None
    for row in rows:
        if any(REPLACEMENT in value for value in row.values):
            place = f"At all[{row.number}].value"
            raise InvalidInput.field(
                "rules", f"{place}: This holds a character that can’t be kept."
            )
    return {"all" if every else "any": [row.condition() for row in rows]}


def rows_of_rules(rules: Any) -> list[Row] | None:
    """The rows that show stored rules; None where the form cannot hold them."""
    if rules is None:
        return []
    ((_, parts),) = rules.items()
    if len(parts) > MOST_ROWS or any("field" not in part for part in parts):
        return None
    return [_row_of(number, part) for number, part in enumerate(parts)]


def with_error(rows: Sequence[Row], message: str) -> tuple[list[Row], str]:
    """The rows with the reader's error at its row, or the message where it belongs to none."""
    found = _PLACE.match(message)
    if found is None or int(found[1]) >= len(rows):
        return list(rows), message
    wrong = int(found[1])
    return [replace(row, error=found[2]) if row.number == wrong else row for row in rows], ""


def _row_of(number: int, part: Mapping[str, Any]) -> Row:
    name, op, value = part["field"], part["op"], part["value"]
    row = Row(number=number, name=name)
    if row.field.type is FieldType.CHOICE:
        several = tuple(value) if isinstance(value, list) else (value,)
        return replace(row, chosen="in" if op in ("is", "in") else "not_in", values=several)
    if op == "is_empty":
        return replace(row, chosen=f"is_empty:{'yes' if value else 'no'}")
    if row.field.type is FieldType.FLAG:
        return replace(row, chosen=op, values=("yes" if value else "no",))
    text = " to ".join(str(item) for item in value) if isinstance(value, list) else str(value)
    return replace(row, chosen=op, values=(text,))


def _number(field_type: FieldType, text: str) -> Any:
    text = text.strip()
    if field_type is FieldType.NUMBER and text.isascii() and text.isdigit() and len(text) < 12:
        return int(text)
    return text.replace(",", "") if field_type is FieldType.MONEY else text
