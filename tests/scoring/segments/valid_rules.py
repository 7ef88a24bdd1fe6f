"""Rules of every field, operator and sort of value, for property tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from scoring.segments.fields import FIELDS, OPERATORS, FieldType, RuleField

TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zs", "Zl", "Zp")), min_size=1, max_size=30
) | st.sampled_from(["100%", "a_b", "'; DROP TABLE crm_company; --", "\\", "%s", "{0}", '"'])
DAYS = st.dates(date(1950, 1, 1), date(2150, 1, 1)).map(date.isoformat)
AMOUNTS = st.decimals(0, 10**12, places=2).map(str) | st.integers(0, 10**9)


def _single(field: RuleField) -> st.SearchStrategy[Any]:
    if field.type is FieldType.CHOICE:
        return st.sampled_from(field.choices)
    return {
        FieldType.NUMBER: st.integers(0, 10**9) | st.integers(0, 40),
        FieldType.MONEY: AMOUNTS,
        FieldType.TEXT: TEXTS,
        FieldType.WORDS: TEXTS,
        FieldType.FLAG: st.booleans(),
        FieldType.DATE: DAYS,
        FieldType.BRANCHES: st.uuids().map(str),
    }[field.type]


def _value(field: RuleField, op: str) -> st.SearchStrategy[Any]:
    if op == "is_empty":
        return st.booleans()
    if op in ("at_most_days_ago", "more_than_days_ago"):
        return st.integers(0, 36_500)
    single = _single(field)
    if op == "between":
        key = str if field.type is FieldType.DATE else Decimal
        return st.lists(single, min_size=2, max_size=2).map(lambda ends: sorted(ends, key=key))
    return st.lists(single, min_size=1, max_size=5) if op in ("in", "not_in") else single


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """One condition that the language allows."""
    name = draw(st.sampled_from(list(FIELDS)))
    op = draw(st.sampled_from(OPERATORS[FIELDS[name].type]))
    return {"field": name, "op": op, "value": draw(_value(FIELDS[name], op))}


def rules() -> st.SearchStrategy[dict[str, Any]]:
    """Groups of conditions, two deep."""
    inner = st.lists(conditions(), min_size=1, max_size=3)
    groups = st.fixed_dictionaries({"all": inner}) | st.fixed_dictionaries({"any": inner})
    parts = st.lists(groups | conditions(), min_size=1, max_size=3)
    return st.fixed_dictionaries({"all": parts}) | st.fixed_dictionaries({"any": parts})
