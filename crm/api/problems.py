"""Errors as problem documents (RFC 9457): one form for every way in which a request can fail."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.http import Http404, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.response import Response

from crm.errors import CrmError

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

_CODES: dict[type[Exception], str] = {
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "invalid_key",
    exceptions.PermissionDenied: "forbidden",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "too_many_requests",
    exceptions.ParseError: "malformed",
}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The members of a problem document. `code` is stable; `errors` names fields."""
    document: dict[str, Any] = {
        "type": f"urn:switchboard:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        document["errors"] = list(errors)
    # What a service tells besides (ids, versions) never takes the place of a standard member.
    document.update({name: value for name, value in (extra or {}).items() if name not in document})
    return document


def answer_to(error: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: the answer to whatever a view raised."""
    status, code, detail, errors, extra = _facts(error)
    request = context.get("request")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, CrmError):
        log.error("A request failed.", exc_info=error)
    document = problem(status, code, detail, errors=errors, extra=extra)
    if request is not None and (request_id := request.headers.get("X-Request-ID", "")[:64]):
        document["request_id"] = request_id
    response = Response(document, status=status, content_type=MEDIA_TYPE)
    for name, value in _headers(error):
        response[name] = value
    return response


def problem_of(error: Exception) -> dict[str, Any]:
    """The document of an error without an answer around it: of one item among many."""
    status, code, detail, errors, extra = _facts(error)
    return problem(status, code, detail, errors=errors, extra=extra)


def plain_problem(status: int, code: str, detail: str) -> HttpResponse:
    """A problem document from outside of DRF, such as a middleware."""
    return JsonResponse(problem(status, code, detail), status=status, content_type=MEDIA_TYPE)


def _headers(error: Exception) -> Iterator[tuple[str, str]]:
    if header := getattr(error, "auth_header", None):
        yield "WWW-Authenticate", header
    if wait := getattr(error, "wait", None):
        yield "Retry-After", str(int(wait))
    if isinstance(error, CrmError):
        if error.code == "insufficient_scope":
            yield "WWW-Authenticate", 'Bearer realm="Switchboard", error="insufficient_scope"'
        if (wait := error.details.get("retry_after")) is not None:
            yield "Retry-After", str(wait)


_Facts = tuple[int, str, str, Sequence[Mapping[str, str]], Mapping[str, Any]]


def _facts(error: Exception) -> _Facts:
    if isinstance(error, CrmError):
        fields = [
            {"field": name, "code": error.code, "message": message}
            for name, message in error.fields.items()
        ]
        return error.status, error.code, error.message, fields, error.details
    if isinstance(error, exceptions.ValidationError):
        errors = list(_field_errors(error.detail, error.get_codes()))
        return 400, "invalid", "Some values cannot be used; “errors” names them.", errors, {}
    if isinstance(error, exceptions.APIException):
        return error.status_code, _code_of(error), str(error.detail), (), {}
    if isinstance(error, Http404):
        return 404, "not_found", "There is nothing here.", (), {}
    if isinstance(error, PermissionDenied):
        return 403, "forbidden", "This is not allowed.", (), {}
    if isinstance(error, RequestDataTooBig):
        return 413, "too_large", "The body is too large. Send less at a time.", (), {}
    if isinstance(error, SuspiciousOperation | TooManyFieldsSent | MultiPartParserError):
        return 400, "malformed", "The request could not be read.", (), {}
    return 500, "fault", "This is our fault, and we have been told. Try again later.", (), {}


def _code_of(error: exceptions.APIException) -> str:
    for kind in type(error).__mro__:
        if kind in _CODES:
            return _CODES[kind]
    return str(error.default_code)


def _field_errors(detail: Any, codes: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Each message with the place of its value, such as `contact_points.0.value`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            name = "" if name == "non_field_errors" else str(name)
            inner_codes = codes.get(name or "non_field_errors") if isinstance(codes, dict) else None
            yield from _field_errors(inner, inner_codes, ".".join(filter(None, (path, name))))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            inner_codes = codes[place] if isinstance(codes, list) and place < len(codes) else None
            deeper = isinstance(inner, Mapping | list)
            where = ".".join(filter(None, (path, str(place)))) if deeper else path
            yield from _field_errors(inner, inner_codes, where)
    else:
        yield {"field": path, "code": str(codes or "invalid"), "message": str(detail)}
