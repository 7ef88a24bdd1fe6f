"""The OpenAPI document: what holds for every endpoint is said here once."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django_filters import (
    BooleanFilter,
    Filter,
    FilterSet,
    IsoDateTimeFilter,
    NumberFilter,
    UUIDFilter,
)
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from crm.api.problems import MEDIA_TYPE
from crm.api.serializers import Problem
from crm.paging import MAX_PAGE_SIZE, PAGE_SIZE

Direction = Literal["request", "response"]
CURSOR = OpenApiParameter("cursor", str, description="Where the page begins; from `next`.")
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
    description="Rows a page.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^"v[0-9]{1,10}(-[0-9a-f]{8})?"$'},
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version that is changed; 428 without, 412 when it is outdated.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="304 when the ETag still holds."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r"^[ -~]*[!-~][ -~]*$", "maxLength": 257},
    OpenApiParameter.HEADER,
    description="The same key within 24 hours gives the same answer and changes nothing.",
)

_PROBLEMS = {
    400: "Something in the request cannot be used.",
    401: "No API key, or one that is not valid.",
    403: "The key lacks the scope, or the role the right.",
    404: "Not there, or not for this key.",
    406: "An answer other than JSON was asked for.",
    409: "It contradicts what is stored, or the same request is being handled.",
    410: "Merged into another; the Link header tells which.",
    412: "The record has changed since it was read.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The Idempotency-Key was used for another request.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After tells when to come back.",
}


_FORMATS: dict[type[Filter], dict[str, str]] = {
    IsoDateTimeFilter: {"type": "string", "format": "date-time"},
    UUIDFilter: {"type": "string", "format": "uuid"},
    BooleanFilter: {"type": "boolean"},
    NumberFilter: {"type": "number"},
}


def filter_parameters(filters: type[FilterSet]) -> list[OpenApiParameter]:
    """The filters of a list, as parameters of the document."""
    return [
        OpenApiParameter(name, _schema_of(one), description=one.extra.get("help_text", ""))
        for name, one in filters.base_filters.items()
    ]


def _schema_of(one: Filter) -> dict[str, Any]:
    choices = [value for value, _ in one.extra.get("choices", ())]
    if choices:
        return {"type": "string", "enum": choices}
    shape = next((shape for kind, shape in _FORMATS.items() if isinstance(one, kind)), None)
    return dict(shape or {"type": "string"})


def problems(*statuses: int) -> dict[Any, Any]:
    """Problem answers for the document of one endpoint."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(Problem, description=_PROBLEMS[status])
        for status in statuses
    }


class Schema(AutoSchema):
    """Adds to each operation what every endpoint does."""

    def get_override_parameters(self) -> list[Any]:
        """The headers that each method understands."""
        return [IDEMPOTENCY_KEY] if self.method == "POST" else []

    def get_description(self) -> str:  # type: ignore[override]
        """What the method's docstring says, and the scope that it needs."""
        said = super().get_description() or ""
        needed = self._scope()
        words = " and ".join(f"`{scope}`" for scope in needed.split())
        return f"{said}\n\nNeeds the scope {words}." if needed else said

    def get_extensions(self) -> dict[str, Any]:
        """The scope once more, for programs."""
        needed = self._scope()
        return {**super().get_extensions(), **({"x-scope": needed} if needed else {})}

    def _scope(self) -> str:
        return str(getattr(self.view, "scopes", {}).get(self.method.lower(), ""))

    def get_tags(self) -> list[str]:
        """The first word of the path: /api/v1/customers/{id}/notes belongs to customers."""
        words = [word for word in self.path.split("/") if word]
        return [words[2] if len(words) > 2 else "api"]

    def _get_request_body(self, direction: str = "request") -> Any:
        """Also of DELETE, where a reason is told; drf-spectacular asks the method's name alone."""
        method, told = self.method, getattr(self.view, "told_on_delete", None)
        if method != "DELETE" or told is None:
            return super()._get_request_body(direction)
        try:
            self.method = "POST"
            return super()._get_request_body(direction)
        finally:
            self.method = method

    def _get_response_bodies(self, direction: Direction = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status in self._standard_statuses():
            if str(status) not in bodies:
                bodies.update(self._problem_body(status, direction))
        return dict(sorted(bodies.items()))

    def _standard_statuses(self) -> Sequence[int]:
        statuses = [400, 401, 403, 406, 429]
        if "{" in self.path:
            statuses.append(404)
        if self.method in ("POST", "PUT", "PATCH"):
            statuses += [413, 415]
        if self.method == "POST":
            statuses += [409, 422]
        return statuses

    def _problem_body(self, status: int, direction: Direction) -> Mapping[str, Any]:
        response = OpenApiResponse(Problem, description=_PROBLEMS[status])
        return {
            str(status): self._get_response_for_code(response, str(status), [MEDIA_TYPE], direction)
        }


class KeyScheme(OpenApiAuthenticationExtension):
    """How the document names our keys."""

    target_class = "crm.api.authentication.KeyAuthentication"
    name = "ApiKey"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "An API key of Switchboard."}


ID = OpenApiTypes.UUID
