"""Answers with one customer: what is shown, its ETag, and what becomes of merged ids."""

from collections.abc import Callable, Collection
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.actors import Actor
from crm.api.etags import is_unchanged
from crm.api.problems import MEDIA_TYPE, problem
from crm.api.query import chosen
from crm.api.schema import IF_NONE_MATCH
from customers.api.customer_output import EXPANDABLE, FIELDS, record_data, record_etag
from customers.selectors.customer_record import CustomerRecord, read_customer

PARAMETERS = ("fields", "expand", "strict")
DOCUMENTED = [
    OpenApiParameter(
        "fields",
        {"type": "array", "items": {"type": "string", "enum": list(FIELDS)}},
        style="form",
        explode=False,
        description="Only these fields, beside `id`, `version` and `merged_from`.",
    ),
    OpenApiParameter(
        "expand",
        {"type": "array", "items": {"type": "string", "enum": list(EXPANDABLE)}},
        style="form",
        explode=False,
        description="What to read along.",
    ),
    OpenApiParameter(
        "strict", bool, description="A merged id answers 410 with a Link to its survivor."
    ),
    IF_NONE_MATCH,
]
Read = Callable[[Collection[str]], CustomerRecord]


def answer_with_customer(request: Request, read: Read) -> Response:
    """The customer that `read` finds with the parts that `expand` names; 304, 410 and all."""
    fields, expand = chosen(request, "fields", FIELDS), chosen(request, "expand", EXPANDABLE)
    is_strict = _is_strict(request)
    record = read(expand)
    if is_strict and record.merged_from is not None:
        return _gone(record)
    data = record_data(record, fields)
    etag = record_etag(record, data)
    if is_unchanged(request, etag):
        return Response(status=304, headers={"ETag": etag})
    return Response(data, headers={"ETag": etag})


def customer_response(actor: Actor, customer_id: UUID, *, status: int = 200) -> Response:
    """The customer as it is after a change; one query."""
    record = read_customer(actor=actor, customer_id=customer_id)
    data = record_data(record)
    response = Response(data, status=status, headers={"ETag": record_etag(record, data)})
    if status == 201:
        response["Location"] = f"/api/v1/customers/{customer_id}"
    return response


def _is_strict(request: Request) -> bool:
    text = request.query_params.get("strict", "false")
    if text not in ("true", "false"):
        raise ValidationError({"strict": ["true or false."]})
    return text == "true"


def _gone(record: CustomerRecord) -> Response:
    survivor_id = record.customer.pk
    document = problem(
        410,
        "merged",
        "This customer is part of another one now.",
        extra={"merged_into": survivor_id},
    )
    link = f'</api/v1/customers/{survivor_id}>; rel="successor-version"'
    return Response(document, status=410, content_type=MEDIA_TYPE, headers={"Link": link})
