"""Versions as ETags: nobody overwrites what they have not seen (RFC 9110 13, RFC 6585 3)."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from zlib import crc32

from django.utils.http import parse_etags
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from crm.errors import StaleVersion

LATEST = 2**31 - 1  # what the column of versions can hold
_OURS = re.compile(r'"v([0-9]{1,10})(?:-[0-9a-f]{8})?"')


class PreconditionRequired(APIException):
    """A change without If-Match."""

    status_code = 428
    default_code = "precondition_required"
    default_detail = "Send If-Match with the ETag that you read, so that no change is lost."


class PreconditionFailed(APIException):
    """The record has changed since it was read."""

    status_code = 412
    default_code = "stale_version"
    default_detail = "Somebody changed this since you read it. Read it again, then decide."


def etag_of(version: int, shown: Mapping[str, Any] | None = None) -> str:
    """The strong ETag of a record's version.

    Some of what is `shown` may change without an edit (a lead is linked, somebody was here): give
    it, and the tag changes too, while If-Match still asks for the version alone.
    """
    return f'"v{version}"' if shown is None else f'"v{version}-{_digest(shown)}"'


def etag_of_content(shown: Mapping[str, Any]) -> str:
    """The strong ETag of a record that has no version."""
    return f'"c{_digest(shown)}"'


def _digest(shown: Mapping[str, Any]) -> str:
    return f"{crc32(json.dumps(shown, cls=JSONEncoder).encode()):08x}"


def is_unchanged(request: Request, etag: str) -> bool:
    """Whether If-None-Match says that the caller has this already (then 304)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in {tag.removeprefix("W/") for tag in known}


def asked_version(request: Request) -> int:
    """The version that If-Match names. Raises PreconditionRequired, ParseError.

    One strong ETag of ours is expected: `*` would allow to overwrite what was not seen. The digest
    behind the version does not count: a new phone is no reason to refuse a new name.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired
    found = _OURS.fullmatch(header)
    if found is None:
        raise ParseError("If-Match is the one ETag that you read, as it stood there.")
    return min(int(found[1]), LATEST)


@contextmanager
def stale_is_412() -> Iterator[None]:
    """A service that finds another version than If-Match named: 412, and not its plain 409."""
    try:
        yield
    except StaleVersion:
        raise PreconditionFailed from None
