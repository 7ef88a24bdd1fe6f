"""Segments: the list, one, who is in it, and a customer's segments."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import QueryFlag
from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING, asked, names_of
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import paged
from crm.api.views import ApiView
from scoring.api.engagement_views import MERGED_FROM, with_customer
from scoring.models import Band, Membership, SegmentMember
from scoring.selectors.living import living
from scoring.selectors.segments import (
    MEMBERS,
    list_segments,
    memberships_of,
    segment_members,
    segment_of,
)

HOW = "rule, added (by hand) or kept_out (by hand: no member)."


class SegmentQuery(serializers.Serializer[Any]):
    """What the list of segments shows."""

    with_inactive = QueryFlag(required=False, help_text="Also those out of use.")


class MemberQuery(serializers.Serializer[Any]):
    """Which rows of a segment."""

    how = serializers.ChoiceField(
        Membership.choices, required=False, help_text=f"By default all members. {HOW}"
    )


class SegmentOut(serializers.Serializer[Any]):
    """A named group of customers."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    colour = serializers.CharField()
    rules = serializers.JSONField(
        allow_null=True, help_text="Who belongs by themselves; null: only people added by hand."
    )
    is_system = serializers.BooleanField()
    is_active = serializers.BooleanField()
    members = serializers.IntegerField(help_text="How many.")
    evaluated_at = serializers.DateTimeField(allow_null=True)


class MemberOut(serializers.Serializer[Any]):
    """How a customer stands to a segment."""

    customer_id = serializers.UUIDField()
    code = serializers.CharField()
    full_name = serializers.CharField()
    how = serializers.ChoiceField(Membership.choices, help_text=HOW)
    is_member = serializers.BooleanField()
    since = serializers.DateTimeField()
    score = serializers.IntegerField()
    band = serializers.ChoiceField(Band.choices)


class PlaceOut(serializers.Serializer[Any]):
    """A segment that a customer is in, or is kept out of."""

    segment_id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    how = serializers.ChoiceField(Membership.choices, help_text=HOW)
    is_member = serializers.BooleanField()
    since = serializers.DateTimeField()


class PlacePage(paged(PlaceOut, "Places")):  # type: ignore[misc] # made above
    """The segments of one customer."""

    customer_id = serializers.UUIDField()
    merged_from = serializers.UUIDField(allow_null=True, help_text=MERGED_FROM)


class Segments(ApiView):
    """The segments of the company."""

    scopes = {"get": "segments:read"}
    parameters = {"get": names_of(SegmentQuery)}

    @extend_schema(
        operation_id="list_segments",
        parameters=[SegmentQuery],
        responses=paged(SegmentOut, "SegmentPage"),
    )
    def get(self, request: Request) -> Response:
        """All segments by name; a company has 200 at most, so there is one page."""
        wanted = asked(request, SegmentQuery)
        found = list_segments(actor=self.actor, **wanted)
        rows: Any = SegmentOut(found, many=True).data
        return page_response(request, rows, next_cursor="")


class OneSegment(ApiView):
    """One segment."""

    scopes = {"get": "segments:read"}

    @extend_schema(operation_id="get_segment", responses=SegmentOut)
    def get(self, request: Request, segment_id: UUID) -> Response:
        """The segment and its rules."""
        return Response(SegmentOut(segment_of(actor=self.actor, segment_id=segment_id)).data)


class SegmentMembers(ApiView):
    """Who is in a segment."""

    scopes = {"get": "segments:read"}
    parameters = {"get": (*PAGING, *names_of(MemberQuery))}

    @extend_schema(
        operation_id="list_segment_members",
        parameters=[MemberQuery, CURSOR, LIMIT],
        responses=paged(MemberOut, "MemberPage"),
    )
    def get(self, request: Request, segment_id: UUID) -> Response:
        """Live members, those who joined last first."""
        wanted, page = asked(request, MemberQuery), page_asked(request)
        found = segment_members(
            actor=self.actor,
            segment=segment_of(actor=self.actor, segment_id=segment_id),
            how=[wanted["how"]] if "how" in wanted else MEMBERS,
            cursor=page.cursor,
            size=page.limit,
        )
        return page_response(
            request,
            [member_row(member) for member in found.rows],
            next_cursor=found.next_cursor,
            previous_cursor=found.previous_cursor,
        )


class CustomerSegments(ApiView):
    """The segments of one customer."""

    scopes = {"get": "segments:read"}

    @extend_schema(operation_id="list_customer_segments", responses=PlacePage)
    def get(self, request: Request, customer_id: UUID) -> Response:
        """The segments in use that the customer is in or is kept out of, by name: one page."""
        who = living(actor=self.actor, customer_id=customer_id)
        rows = place_rows(memberships_of(actor=self.actor, customer_id=who.customer_id))
        return with_customer(page_response(request, rows, next_cursor=""), who)


def member_row(member: SegmentMember) -> dict[str, Any]:
    """What `MemberOut` documents; the member has its customer and their engagement."""
    customer = member.customer
    return {
        "customer_id": customer.pk,
        "code": customer.code,
        "full_name": customer.full_name,
        "how": member.how,
        "is_member": member.how in MEMBERS,
        "since": member.since,
        "score": customer.engagement.score,
        "band": customer.engagement.band,
    }


def place_rows(members: Sequence[SegmentMember]) -> list[dict[str, Any]]:
    """What `PlaceOut` documents; each member has its segment."""
    return [
        {
            "segment_id": member.segment.pk,
            "slug": member.segment.slug,
            "name": member.segment.name,
            "how": member.how,
            "is_member": member.how in MEMBERS,
            "since": member.since,
        }
        for member in members
    ]
