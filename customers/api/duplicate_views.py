"""Pairs of customers that may be one person, and what is decided about them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import Text
from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING, asked, names_of
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import MomentField, Strict, paged
from crm.api.views import ApiView
from customers.api.duplicate_output import DuplicateOut, pair_data
from customers.models.duplicate import CandidateState, PairRelation, Verdict
from customers.selectors.duplicates import (
    CandidateFilters,
    Confidence,
    candidate,
    candidate_queue,
)
from customers.services.customer_fields import LENGTHS
from customers.services.match_decisions import decide, postpone

LATER = "later"


class DuplicateFilters(serializers.Serializer[Any]):
    """What the queue is narrowed to."""

    state = serializers.ChoiceField(
        CandidateState.choices, required=False, help_text="open, when it is not said."
    )
    relation = serializers.ChoiceField(PairRelation.choices, required=False)
    confidence = serializers.ChoiceField([one.value for one in Confidence], required=False)
    has_profile_link = serializers.BooleanField(required=False)
    found_since = MomentField(required=False)


class DecisionIn(Strict):
    """What somebody decided about a pair."""

    verdict = serializers.ChoiceField(
        [*Verdict.choices, (LATER, "Later")],
        help_text="not_duplicate and household bind every automatic merge for ever.",
    )
    reason = Text(max_length=LENGTHS["reason"], required=False, allow_blank=True)


class Duplicates(ApiView):
    """The queue of likely duplicates."""

    scopes = {"get": "duplicates:read"}
    parameters = {"get": (*PAGING, *names_of(DuplicateFilters))}

    @extend_schema(
        operation_id="list_duplicates",
        parameters=[CURSOR, LIMIT, DuplicateFilters],
        responses=paged(DuplicateOut, "DuplicatePage"),
    )
    def get(self, request: Request) -> Response:
        """The surest first, with the evidence in words and bits."""
        wanted = page_asked(request)
        page = candidate_queue(
            actor=self.actor,
            filters=CandidateFilters(**asked(request, DuplicateFilters)),
            cursor=wanted.cursor,
            size=wanted.limit,
        )
        return page_response(
            request,
            [pair_data(pair) for pair in page.rows],
            next_cursor=page.next_cursor,
            previous_cursor=page.previous_cursor,
        )


class Duplicate(ApiView):
    """A pair."""

    scopes = {"get": "duplicates:read"}

    @extend_schema(operation_id="read_duplicate", responses=DuplicateOut)
    def get(self, request: Request, candidate_id: UUID) -> Response:
        """Both records, the evidence, and the verdict that stands."""
        return Response(pair_data(candidate(actor=self.actor, candidate_id=candidate_id)))


class DuplicateDecision(ApiView):
    """Deciding about a pair."""

    scopes = {"post": "merges:write"}

    @extend_schema(
        operation_id="decide_duplicate", request=DecisionIn, responses={200: DuplicateOut}
    )
    def post(self, request: Request, candidate_id: UUID) -> Response:
        """Say what the two are: no duplicate, one household, the same person, or later.

        The same person is not merged by that: see merges. A later verdict replaces this one.
        """
        reader = DecisionIn(data=request.data)
        reader.is_valid(raise_exception=True)
        verdict = reader.validated_data["verdict"]
        pair = candidate(actor=self.actor, candidate_id=candidate_id).candidate
        if verdict == LATER:
            postpone(actor=self.actor, candidate_id=candidate_id)
        else:
            decide(
                actor=self.actor,
                left_id=pair.left_id,
                right_id=pair.right_id,
                verdict=Verdict(verdict),
                reason=reader.validated_data.get("reason", ""),
            )
        return Response(pair_data(candidate(actor=self.actor, candidate_id=candidate_id)))
