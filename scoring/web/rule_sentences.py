"""Segment rules in words: “Score is at least 20”."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from scoring.segments.fields import FIELDS, FieldType
from scoring.segments.rules import Condition, Group, Value, read_rules
from scoring.web.rule_operators import FEW_DAYS, OFFERS, choice_label
from scoring.web.rule_words import amount


@dataclass(frozen=True)
class Sentences:
    """A group in words; `depth` counts from 0 for indenting."""

    intro: str
    parts: Sequence["str | Sentences"]


def sentences_of(rules: Any, branches: Mapping[UUID, str]) -> Sentences | None:
    """Stored rules in words, None for a segment of people added by hand.

    Raises InvalidInput for rules that are not of the language.
    """
    return None if rules is None else _group(read_rules(rules), branches)


def _group(group: Group, branches: Mapping[UUID, str]) -> Sentences:
    intro = "All of these hold" if group.every else "At least one of these holds"
    parts = [
        _group(part, branches) if isinstance(part, Group) else sentence(part, branches)
        for part in group.parts
    ]
    return Sentences(intro if len(parts) > 1 else "This holds", parts)


def sentence(condition: Condition, branches: Mapping[UUID, str]) -> str:
    """One condition."""
    field = FIELDS[condition.field]
    if field.type is FieldType.FLAG:
        return f"{field.label}: {'yes' if condition.value else 'no'}"
    if condition.op == "is_empty":
        return f"{field.label} is {'not ' if condition.value else ''}known"
    if condition.op in FEW_DAYS:
        limit = "at most" if condition.op == "at_most_days_ago" else "more than"
        return f"{field.label}: {limit} {condition.value} days ago"
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    written = [_written(condition.field, value, branches) for value in values]
    if condition.op == "between":
        return f"{field.label} is between {written[0]} and {written[1]}"
    joined = f"{', '.join(written[:-1])} or {written[-1]}" if len(written) > 1 else written[0]
    return f"{field.label} {_verb(field.type, condition.op)} {joined}"


def _verb(field_type: FieldType, op: str) -> str:
    if field_type is FieldType.CHOICE:
        return "is not" if op in ("is_not", "not_in") else "is"
    if field_type is FieldType.DATE:
        return "is before" if op == "before" else "is on or after"
    labels = {offer.op: offer.label for offer in OFFERS[field_type]}
    return "is" if labels[op] == "is exactly" else labels[op]


def _written(field: str, value: Value, branches: Mapping[UUID, str]) -> str:
    if isinstance(value, UUID):
        return branches.get(value, "a branch that is gone")
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, Decimal):
        return amount(value)
    if FIELDS[field].type is FieldType.CHOICE:
        return choice_label(field, str(value)).lower()
    return f"“{value}”" if isinstance(value, str) else str(value)
