"""What happened with a customer, from all parts of the system."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING, chosen
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import paged
from crm.api.views import ApiView
from customers.api.history_output import owner_of_list
from customers.selectors.timeline import TimelineEntry, read_cursor, timeline, timeline_kinds

KINDS = OpenApiParameter(
    "kinds",
    {"type": "array", "items": {"type": "string"}},
    style="form",
    explode=False,
    description="Only these: note, stage, consent, edit, merge, lead, order.",
)


class TimelineEntryOut(serializers.Serializer[Any]):
    """One event, told for people."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    id = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    by = serializers.CharField()


class Timeline(ApiView):
    """The timeline of a customer."""

    scopes = {"get": "customers:read"}
    parameters = {"get": (*PAGING, "kinds")}

    @extend_schema(
        operation_id="list_timeline",
        parameters=[CURSOR, LIMIT, KINDS],
        responses=paged(TimelineEntryOut, "TimelinePage"),
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """The newest first. Leads need the scope `leads:read`, orders `orders:read`, or are left
        out."""
        asked = page_asked(request)
        owner_id = owner_of_list(actor=self.actor, customer_id=customer_id)
        entries = timeline(
            actor=self.actor,
            customer_id=owner_id,
            before=read_cursor(asked.cursor),
            kinds=chosen(request, "kinds", timeline_kinds()) or None,
            limit=asked.limit,
        )
        is_last = len(entries) < asked.limit
        return page_response(
            request,
            [_entry(one) for one in entries],
            next_cursor="" if is_last else entries[-1].cursor.text(),
        )


def _entry(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "kind": entry.kind,
        "id": entry.id,
        "title": entry.title,
        "detail": entry.detail,
        "by": entry.by,
    }
