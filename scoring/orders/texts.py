"""Words, numbers and raw payloads from outside, made fit to store."""

import math
import re
from collections.abc import Mapping
from typing import Any

from crm.identifiers.text import clean_text, is_null_word, is_storable
from scoring.orders.bad_value import BadValue

ID_LENGTH = 200
_DEEPEST = 30  # levels of a payload that are kept
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_YES = frozenset({"yes", "y", "true", "t", "1", "on", "opted in", "subscribed"})
_NO = frozenset({"no", "n", "false", "f", "0", "off", "opted out", "unsubscribed"})
_WHOLE = re.compile(r"\d{1,9}(?:\.0+)?")


def read_text(value: object, *, longest: int) -> str:
    """One clean line, cut to `longest` characters; empty for what says "nothing here"."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = clean_text(str(value))
    return "" if is_null_word(text) else text[:longest]


def read_name(value: object, *, longest: int = 200) -> str:
    """A name as it was typed: somebody may really be called Null."""
    return clean_text(value)[:longest] if isinstance(value, str) else ""


def read_id(value: object) -> str:
    """A platform's number of something, as text. Raises BadValue when it is too long to be kept."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = read_text(value, longest=ID_LENGTH + 1)
    if len(text) > ID_LENGTH:
        raise BadValue("too_long", f"This number has more than {ID_LENGTH} characters.")
    return text


def read_count(value: object) -> int:
    """A number of tickets; 0 where there is nothing. Raises BadValue."""
    text = read_text(value, longest=40).replace(",", "")
    if not text:
        return 0
    if not _WHOLE.fullmatch(text):
        raise BadValue("bad_number", "This is not a whole number such as 2.")
    return int(float(text))


def read_yes_no(value: object) -> bool | None:
    """Yes, no, or None where it was not asked or is said in other words."""
    if isinstance(value, bool):
        return value
    word = clean_text(str(value)).lower() if isinstance(value, str | int) else ""
    if word in _YES:
        return True
    return False if word in _NO else None


def storable(value: Any, *, depth: int = 0) -> Any:
    """A payload as PostgreSQL's jsonb takes it: without NUL, half characters and infinite numbers.

    The bytes as they came are kept elsewhere (inbox, import).
    """
    if isinstance(value, str):
        return value if is_storable(value) else _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    if depth >= _DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item, depth=depth + 1) for item in value]
    return storable(str(value))
