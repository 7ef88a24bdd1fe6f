"""Reading JSON bodies strictly: what two parsers could read differently is refused."""

import json
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from crm.identifiers.text import is_storable

DEEPEST = 20


class StrictJsonParser(BaseParser):
    """JSON in UTF-8; no name twice, no NaN or infinity, no NUL or lone surrogate, no deep nest."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        """The value of the body. Raises ParseError, which says what is wrong; RequestDataTooBig."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # Django asks only who reads `request.body`
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise RequestDataTooBig
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        return parsed(text)


def parsed(text: str) -> Any:
    """The value of a JSON text. Raises ParseError."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise ParseError(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except ValueError:  # an integer of thousands of digits
        raise ParseError("The body has a number that is too long.") from None
    _check(value, 1)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(f"“{twice[:60]}” stands twice in one object.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not JSON.")


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if not is_storable(value):
            raise ParseError("The body has a character that no text may hold (NUL or half a pair).")
    elif isinstance(value, dict | list):
        if depth > DEEPEST:
            raise _too_deep()
        if isinstance(value, dict):
            for name, inner in value.items():
                _check(name, depth)
                _check(inner, depth + 1)
        else:
            for inner in value:
                _check(inner, depth + 1)
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise ParseError("The body has a number that is too large.")


def _too_deep() -> ParseError:
    return ParseError(f"The body is nested deeper than {DEEPEST} levels.")
