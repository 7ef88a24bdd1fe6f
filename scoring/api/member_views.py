"""One customer in one segment: what the rules say, and what people decide."""

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.schema import problems
from crm.api.serializers import Strict
from crm.api.views import ApiView
from scoring.api.segment_views import MemberOut, member_row
from scoring.models import Membership
from scoring.selectors.living import living
from scoring.selectors.segments import member_of
from scoring.services.membership import add_member, keep_out, take_back

DECISIONS = {Membership.ADDED.value: add_member, Membership.KEPT_OUT.value: keep_out}


class Decision(Strict):
    """A person's decision, which the rules do not override."""

    how = serializers.ChoiceField(list(DECISIONS))


class OneMember(ApiView):
    """How a customer stands to a segment."""

    scopes = {"get": "segments:read", "put": "segments:write", "delete": "segments:write"}

    @extend_schema(operation_id="get_segment_member", responses=MemberOut)
    def get(self, request: Request, segment_id: UUID, customer_id: UUID) -> Response:
        """In the segment by rule or by hand, or kept out; 404 where neither."""
        who = living(actor=self.actor, customer_id=customer_id)
        return Response(self._row(segment_id, who.customer_id))

    @extend_schema(
        operation_id="decide_segment_member",
        request=Decision,
        responses={200: MemberOut, **problems(409)},
    )
    def put(self, request: Request, segment_id: UUID, customer_id: UUID) -> Response:
        """Add the customer, or keep them out, whatever the rules say."""
        how = Decision().run_validation(request.data)["how"]
        DECISIONS[how](actor=self.actor, segment_id=segment_id, customer_id=customer_id)
        return Response(self._row(segment_id, customer_id))

    @extend_schema(
        operation_id="take_back_segment_member",
        responses={204: OpenApiResponse(description="The rules decide again."), **problems(409)},
    )
    def delete(self, request: Request, segment_id: UUID, customer_id: UUID) -> Response:
        """Take the decision back: the rules decide again. 409 where nobody has decided."""
        take_back(actor=self.actor, segment_id=segment_id, customer_id=customer_id)
        return Response(status=204)

    def _row(self, segment_id: UUID, customer_id: UUID) -> dict[str, object]:
        found = member_of(actor=self.actor, segment_id=segment_id, customer_id=customer_id)
        return member_row(found)
