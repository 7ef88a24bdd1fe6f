"""Bodies are read strictly: what two parsers could read differently is refused, never guessed."""

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from crm.api.parsing import DEEPEST, StrictJsonParser, parsed

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def depth_of(value: Any) -> int:
    inner = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    )
    return 0 if inner is None else 1 + max((depth_of(one) for one in inner), default=0)


@given(values)
def test_what_json_writes_is_read_as_it_was(value: Any) -> None:
    if depth_of(value) <= DEEPEST:
        assert parsed(json.dumps(value)) == value


@given(st.binary(max_size=60))
def test_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(ParseError):
        StrictJsonParser().parse(io.BytesIO(raw))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"a": 1, "a": 1}', "twice"),
        (b'{"a": {"b": 1, "b": 2}}', "twice"),
        (b"NaN", "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b"1e999", "too large"),
        (b"9" * 5000, "too long"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"\\u0000": 1}', "NUL"),
        (b'{"a": "\\ud800"}', "half a pair"),
        (b"[" * 21 + b"]" * 21, "nested"),
        (b"[" * 200_000, "nested"),
    ],
    ids=[
        "empty", "cut", "utf-16", "twice", "twice-inside", "nan", "infinity", "overflow",
        "digits", "nul", "nul-name", "surrogate", "deep", "bomb",
    ],
)  # fmt: skip
def test_what_is_refused_and_why(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        StrictJsonParser().parse(io.BytesIO(body))
