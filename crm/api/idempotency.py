"""Answers that are given once: a POST sent again with the same Idempotency-Key changes nothing.

The header is that of draft-ietf-httpapi-idempotency-key-header-07. The answer is kept in the
transaction of the change, so a crash leaves both or neither. While a request with a key is being
handled, an advisory lock that ends with its transaction tells a second one so (409).
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from rest_framework.exceptions import APIException, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from crm.models import IdempotentRequest
from crm.models.idempotent_request import KEPT

HEADER = "Idempotency-Key"
LONGEST = 255
# What is said again; the rest (limits, dates) belongs to each request.
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Link")
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


class StillRunning(APIException):
    """The first request with this key has not been answered yet."""

    status_code = 409
    default_code = "in_progress"
    default_detail = "A request with this Idempotency-Key is being handled. Ask again in a moment."


class OtherRequest(APIException):
    """The key was used for something else."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used for another request. Use a new one."


def once(
    request: Request, *, company_id: int, key_id: UUID, handle: Callable[[], Response]
) -> Response:
    """The answer of `handle`, or the one kept from before. Faults of ours are not kept.

    `handle` answers rendered. Raises ParseError, StillRunning, OtherRequest.
    """
    key = _key(request)
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK, [f"{company_id}:{key_id}:{key}"])
        (is_ours,) = cursor.fetchone() or (False,)
    if not is_ours:
        raise StillRunning
    fingerprint = _fingerprint(request)
    rows = IdempotentRequest.objects.filter(api_key_id=key_id, key=key)
    kept = rows.first()
    if kept is not None and kept.created_at >= timezone.now() - KEPT:
        if bytes(kept.fingerprint) != fingerprint:
            raise OtherRequest
        return KeptAnswer(kept)
    if kept is not None:
        rows.delete()
    response = handle()
    # Who was turned away for the moment may come again with the same key.
    if response.status_code < 500 and response.status_code not in (401, 429):
        IdempotentRequest.objects.create(
            company_id=company_id,
            api_key_id=key_id,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            headers={name: response[name] for name in KEPT_HEADERS if name in response},
            body=response.kept_content
            if isinstance(response, AnswerWithSecret)
            else response.content,
        )
    return response


class AnswerWithSecret(Response):
    """An answer that shows a secret once: what is kept of it has null in its place."""

    def __init__(self, shown: Mapping[str, Any], *, secret: str, status: int) -> None:
        super().__init__({**shown, "secret": secret}, status=status)

    @property
    def kept_content(self) -> bytes:
        """The body without the secret."""
        return JSONRenderer().render({**self.data, "secret": None})


class KeptAnswer(Response):
    """An answer as it was given before."""

    def __init__(self, kept: IdempotentRequest) -> None:
        super().__init__(status=kept.status)
        self._kept_body = bytes(kept.body)
        self.kept_headers = {**kept.headers, "Idempotent-Replayed": "true"}

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]
        """The body, byte for byte."""
        for name, value in self.kept_headers.items():
            self[name] = value
        return self._kept_body


def _key(request: Request) -> str:
    # A structured-field string is quoted; most senders leave the quotes out.
    text = request.headers[HEADER].strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if not text or len(text) > LONGEST or not text.isascii() or not text.isprintable():
        raise ParseError(f"{HEADER} is 1 to {LONGEST} printable ASCII characters.")
    return text


def _fingerprint(request: Request) -> bytes:
    told = sha256()
    told.update(f"{request.method} {request.get_full_path()}\n".encode())
    told.update(request._request.body)
    return told.digest()
