"""Versions as ETags: nobody overwrites what they have not seen (RFC 9110 13, RFC 6585 3)."""

from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.request import Request


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


def etag_of(version: int) -> str:
    """The strong ETag of a record's version."""
    return f'"v{version}"'


def is_unchanged(request: Request, etag: str) -> bool:
    """Whether If-None-Match says that the caller has this already (then 304)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in {tag.removeprefix("W/") for tag in known}


def asked_version(request: Request) -> int:
    """The version that If-Match names. Raises PreconditionRequired, PreconditionFailed.

    One strong ETag of ours is expected: `*` would allow to overwrite what was not seen.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise PreconditionRequired
    digits = header.removeprefix('"v').removesuffix('"')
    if header != f'"v{digits}"' or not digits.isascii() or not digits.isdigit():
        raise PreconditionFailed
    version = int(digits[:10])
    if version > 2**31 - 1:
        raise PreconditionFailed
    return version
