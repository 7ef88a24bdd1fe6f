"""Reading rules: what is understood, and where the error says it is wrong."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from scoring.segments.fields import FIELDS, OPERATORS
from scoring.segments.rules import as_json, read_rules, rules_from_text
from scoring.segments.system import SYSTEM_SEGMENTS


def condition(field: str = "score", op: str = "at_least", value: Any = 20) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def nested(depth: int) -> dict[str, Any]:
    rules: dict[str, Any] = {"all": [condition()]}
    for _ in range(depth - 1):
        rules = {"any": [rules]}
    return rules


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (None, 'A rule is {"all"'),
        ([], 'A rule is {"all"'),
        (condition(), "Put the condition into a group"),
        ({}, "Write either all, or any"),
        ({"all": [], "any": []}, "Write either all, or any"),
        ({"all": []}, "At all: A group is a list with at least one"),
        ({"all": {"field": "score"}}, "At all: A group is a list"),
        ({"none": [condition()]}, "Write either all, or any"),
        ({"all": [7]}, "At all[0]: A rule is"),
        ({"all": [condition(), {"field": "score", "op": "is"}]}, "At all[1]: Write either"),
        ({"all": [condition() | {"sql": "1=1"}]}, "At all[0]: Write either"),
        ({"all": [condition("password")]}, "At all[0].field: Choose from: score,"),
        ({"all": [condition("pk__in")]}, "At all[0].field"),
        ({"all": [condition(["score"])]}, "At all[0].field"),  # type: ignore[arg-type]
        ({"all": [condition(op="contains")]}, "At all[0].op: Score can be asked with: is, is_not"),
        ({"all": [condition(op={})]}, "At all[0].op"),  # type: ignore[arg-type]
        ({"all": [condition(value="20")]}, "At all[0].value: Write a whole number"),
        ({"all": [condition(value=True)]}, "whole number"),
        ({"all": [condition(value=2.0)]}, "whole number"),
        ({"all": [condition(value=-1)]}, "whole number"),
        ({"all": [condition(value=10**30)]}, "whole number"),
        ({"all": [condition("net", value=float("nan"))]}, "Write an amount"),
        ({"all": [condition("net", value="1e5")]}, "Write an amount"),
        ({"all": [condition("net", value="٣٤")]}, "Write an amount"),
        ({"all": [condition("net", value=0.001)]}, "Write an amount"),
        ({"all": [condition("net", value=9_999_999_999_999)]}, "at most 1,000,000,000,000"),
        ({"all": [condition("band", "is", "boiling")]}, "Choose from: hot, warm, cool, cold"),
        ({"all": [condition("band", "in", [])]}, "a list of 1 to 20"),
        ({"all": [condition("band", "in", ["hot", 3])]}, "At all[0].value[1]: Choose from"),
        ({"all": [condition("score", "between", [20])]}, "the first and the last"),
        ({"all": [condition("score", "between", [20, 10])]}, "lies before the first"),
        ({"all": [condition("city", "is", "")]}, "a text of 1 to 100"),
        ({"all": [condition("city", "is", "x" * 101)]}, "a text of 1 to 100"),
        ({"all": [condition("city", "is", "a\x00")]}, "without control characters"),
        ({"all": [condition("city", "is", "\ud800")]}, "without control characters"),
        ({"all": [condition("city", "is_empty", "yes")]}, "true or false"),
        ({"all": [condition("has_email", "is", 1)]}, "true or false"),
        ({"all": [condition("last_order_at", "before", "2026-02-30")]}, "year-month-day"),
        ({"all": [condition("last_order_at", "before", "20260201")]}, "year-month-day"),
        ({"all": [condition("last_order_at", "more_than_days_ago", 99_999)]}, "to 36,500"),
        ({"all": [condition("open_lead_branch", "is", "North")]}, "the id of a branch"),
        ({"all": [condition()] * 51}, "at most 50 conditions"),
        ({"all": [{"any": [condition()] * 25}] * 3}, "at most 50 conditions"),
        (nested(5), "at most 4 deep"),
        (nested(5000), "at most 4 deep"),
    ],
)
def test_the_error_names_the_place_and_what_may_stand_there(rules: Any, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_rules(rules)
    assert told in refused.value.fields["rules"]


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "NaN", "1" * 5000, '{"all": [}', "x" * 30_000]
)
def test_text_that_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        rules_from_text(text)


def test_what_was_read_can_be_kept_and_read_again() -> None:
    rules = {
        "any": [
            {"all": [condition(), condition("net", "between", [10, "99.50"])]},
            condition("last_order_at", "before", "2026-01-31"),
            condition("band", "not_in", ["cold", "cool"]),
            condition("city", "is", "  New   York "),
            condition("open_lead_branch", "is", "0190b5e0-0000-7000-8000-000000000001"),
        ]
    }
    tree = read_rules(rules)
    kept = json.loads(json.dumps(as_json(tree)))
    assert read_rules(kept) == tree
    assert kept["any"][0]["all"][1]["value"] == ["10", "99.50"]
    assert kept["any"][3]["value"] == "New York"


def test_the_rules_of_the_system_segments_are_rules() -> None:
    for segment in SYSTEM_SEGMENTS:
        assert as_json(read_rules(segment.rules)) == segment.rules


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["all", "any", "field", "op", "value"]) | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)
NAMES = st.sampled_from(list(FIELDS))
OPS = st.sampled_from(sorted({op for ops in OPERATORS.values() for op in ops}))
CONDITIONS = st.fixed_dictionaries({"field": NAMES | st.text(), "op": OPS, "value": ANYTHING})
RULES = st.fixed_dictionaries({"all": st.lists(CONDITIONS, max_size=4)})


@given(rules=ANYTHING | RULES)
@example(rules={"all": [condition("city", "is", "'; DROP TABLE crm_company; --")]})
def test_anything_is_a_rule_or_a_clear_error(rules: Any) -> None:
    told = refusal(rules)
    if told is None:
        assert read_rules(as_json(read_rules(rules))) == read_rules(rules)
    else:
        assert told


def refusal(rules: Any) -> str | None:
    try:
        read_rules(rules)
    except InvalidInput as error:
        return error.fields["rules"]
    return None
