"""The stream of changes: what happened since a position, for systems that keep copies."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import QueryNumber
from crm.api.problems import MEDIA_TYPE
from crm.api.query import asked, names_of
from crm.api.serializers import Problem
from crm.api.views import ApiView
from crm.api.whole_company import require_whole_company
from crm.models import ChangeEvent
from crm.selectors import change_feed

LARGEST_POSITION = 2**63 - 1


class EventQuery(serializers.Serializer[Any]):
    """Where to read on, and what."""

    after = QueryNumber(
        required=False,
        default=0,
        min_value=0,
        max_value=LARGEST_POSITION,
        help_text="The `next_after` of the page before; 0: all that is kept (90 days).",
    )
    types = serializers.CharField(
        required=False,
        max_length=1000,
        help_text="Types separated by commas, such as `customer.merged,lead.*`; by default all.",
    )
    limit = QueryNumber(
        required=False,
        default=50,
        min_value=1,
        max_value=change_feed.MOST_EVENTS,
        help_text="Events a page.",
    )


class EventOut(serializers.Serializer[Any]):
    """One change: ids and codes only. Read the record for what it is like now."""

    position = serializers.IntegerField(help_text="Its place in the stream.")
    type = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    customer_id = serializers.UUIDField(allow_null=True, help_text="Whom it is about.")
    subject = serializers.CharField(help_text="The kind of record, such as customer or lead.")
    subject_id = serializers.UUIDField()
    data = serializers.DictField(  # type: ignore[assignment] # the metaclass takes it away
        help_text="By type; `customer.merged` names `survivor_id` and `merged_ids`."
    )


class EventPage(serializers.Serializer[Any]):
    """Events, oldest first. A page may be empty although more follow."""

    results = EventOut(many=True)
    next_after = serializers.IntegerField(help_text="Where the next page begins.")
    has_more = serializers.BooleanField(help_text="Whether to ask again at once.")


MERGED = OpenApiExample(
    "A merge",
    {
        "results": [
            {
                "position": 4711,
                "type": "customer.merged",
                "occurred_at": "2026-03-01T09:00:00Z",
                "customer_id": "0197f0b6-9c42-7e5d-8b77-5a1f6d4c7e88",
                "subject": "customer",
                "subject_id": "0197f0b6-9c42-7e5d-8b77-5a1f6d4c7e88",
                "data": {
                    "customer_id": "0197f0b6-9c42-7e5d-8b77-5a1f6d4c7e88",
                    "code": "CUS-000123",
                    "survivor_id": "0197f0b6-9c42-7e5d-8b77-5a1f6d4c7e88",
                    "merged_ids": ["0197f0b6-8d31-7b4c-9a66-3c0e5b2d1f77"],
                },
            }
        ],
        "next_after": 4711,
        "has_more": False,
    },
    response_only=True,
    status_codes=["200"],
)


class Events(ApiView):
    """What changed."""

    scopes = {"get": "events:read"}
    parameters = {"get": names_of(EventQuery)}

    @extend_schema(
        operation_id="list_events",
        parameters=[EventQuery],
        examples=[MERGED],
        responses={
            200: EventPage,
            (410, MEDIA_TYPE): OpenApiResponse(
                Problem,
                description="What comes next is no longer kept: read all records anew, then go on "
                "from `oldest` (code `feed_expired`).",
            ),
        },
    )
    def get(self, request: Request) -> Response:
        """Changes behind a position, oldest first.

        Begin with `after=0`, keep `next_after`, ask again from there. Every change comes at least
        once and in order; deleted and merged records come as events too.
        """
        require_whole_company(self.actor)
        wanted = asked(request, EventQuery)
        types = wanted["types"].split(",") if "types" in wanted else ("*",)
        page = change_feed.read(after=wanted["after"], types=types, limit=wanted["limit"])
        return Response(
            {
                "results": event_rows(page.events),
                "next_after": page.next_after,
                "has_more": page.has_more,
            }
        )


def event_rows(events: Sequence[ChangeEvent]) -> list[dict[str, Any]]:
    """What `EventOut` documents."""
    return [
        {
            "position": event.position,
            "type": event.type,
            "occurred_at": event.occurred_at,
            "customer_id": event.customer_id,
            "subject": event.subject_kind,
            "subject_id": event.subject_id,
            "data": event.data,
        }
        for event in events
    ]
