"""What one customer is worth, why, and how it came about."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.etags import etag_of_content, is_unchanged
from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING
from crm.api.schema import CURSOR, IF_NONE_MATCH, LIMIT
from crm.api.serializers import paged
from crm.api.views import ApiView
from scoring.models import Band, ScoreCause, ScoreChange
from scoring.score_words import Activity
from scoring.selectors.customer_scores import Worth, ledger_of
from scoring.selectors.living import Living, living, living_worth

MERGED_FROM = "The id that was asked for, where it was merged into this customer."


class ReasonOut(serializers.Serializer[Any]):
    """One of the three parts of a score."""

    name = serializers.CharField(help_text="Recency, Frequency or Monetary.")
    fact = serializers.CharField(help_text="What was measured, in words.")
    points = serializers.IntegerField(help_text="1 to 5.")
    weight = serializers.IntegerField(help_text="How often the points count.")


class EngagementOut(serializers.Serializer[Any]):
    """The score is the sum of points times weights. Money is in the company's currency."""

    customer_id = serializers.UUIDField()
    merged_from = serializers.UUIDField(allow_null=True, help_text=MERGED_FROM)
    score = serializers.IntegerField()
    band = serializers.ChoiceField(Band.choices)
    activity = serializers.ChoiceField(
        [activity.value for activity in Activity], help_text="By the last order."
    )
    recency = serializers.IntegerField()
    frequency = serializers.IntegerField()
    monetary = serializers.IntegerField()
    reasons = ReasonOut(many=True)
    orders = serializers.IntegerField(help_text="Those that count.")
    tickets = serializers.IntegerField()
    gross = serializers.DecimalField(16, 2)
    net = serializers.DecimalField(16, 2)
    currency = serializers.CharField()
    first_order_at = serializers.DateTimeField(allow_null=True)
    last_order_at = serializers.DateTimeField(allow_null=True)
    quintile = serializers.CharField(
        help_text="The segment of the second way to score; empty where the company does not use it."
    )
    rule_set_version = serializers.IntegerField(
        allow_null=True, help_text="null: the standard rules."
    )
    scored_at = serializers.DateTimeField(allow_null=True)


class ScoreChangeOut(serializers.Serializer[Any]):
    """One line of the ledger."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    cause = serializers.ChoiceField(ScoreCause.choices)
    score_before = serializers.IntegerField()
    score_after = serializers.IntegerField()
    band_before = serializers.ChoiceField(Band.choices)
    band_after = serializers.ChoiceField(Band.choices)
    recency = serializers.IntegerField(help_text="Points after the change, as the next two.")
    frequency = serializers.IntegerField()
    monetary = serializers.IntegerField()


class ScoreChangePage(paged(ScoreChangeOut, "ScoreChanges")):  # type: ignore[misc] # made above
    """A page of one customer's ledger."""

    customer_id = serializers.UUIDField()
    merged_from = serializers.UUIDField(allow_null=True, help_text=MERGED_FROM)


EXAMPLE = OpenApiExample(
    "A warm customer",
    {
        "customer_id": "0197f0b6-9c42-7e5d-8b77-5a1f6d4c7e88",
        "merged_from": None,
        "score": 21,
        "band": "warm",
        "activity": "active",
        "recency": 5,
        "frequency": 2,
        "monetary": 2,
        "reasons": [
            {"name": "Recency", "fact": "Last order 12 days ago", "points": 5, "weight": 3},
            {"name": "Frequency", "fact": "2 orders", "points": 2, "weight": 2},
            {"name": "Monetary", "fact": "180 AUD net", "points": 2, "weight": 1},
        ],
        "orders": 2,
        "tickets": 4,
        "gross": "190.00",
        "net": "180.00",
        "currency": "AUD",
        "first_order_at": "2026-01-05T02:00:00Z",
        "last_order_at": "2026-03-01T09:00:00Z",
        "quintile": "",
        "rule_set_version": 3,
        "scored_at": "2026-03-01T09:00:04Z",
    },
    response_only=True,
    status_codes=["200"],
)


class CustomerEngagement(ApiView):
    """The score of one customer."""

    scopes = {"get": "scores:read"}

    @extend_schema(
        operation_id="get_engagement",
        parameters=[IF_NONE_MATCH],
        examples=[EXAMPLE],
        responses={200: EngagementOut, 304: OpenApiResponse(description="As the ETag says.")},
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """Metrics, points, score, and the reasons in words."""
        who, worth = living_worth(actor=self.actor, customer_id=customer_id)
        row = engagement_row(who, worth, self.actor.company.currency)
        etag = etag_of_content(row)
        if is_unchanged(request, etag):
            return Response(status=304, headers={"ETag": etag})
        return Response(row, headers={"ETag": etag})


class ScoreChanges(ApiView):
    """The ledger of one customer."""

    scopes = {"get": "scores:read"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_score_changes",
        parameters=[CURSOR, LIMIT],
        responses=ScoreChangePage,
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """Every change of the score, newest first."""
        page = page_asked(request)
        who = living(actor=self.actor, customer_id=customer_id)
        found = ledger_of(
            actor=self.actor, customer_id=who.customer_id, cursor=page.cursor, size=page.limit
        )
        response = page_response(
            request,
            change_rows(found.rows),
            next_cursor=found.next_cursor,
            previous_cursor=found.previous_cursor,
        )
        return with_customer(response, who)


def with_customer(response: Response, who: Living) -> Response:
    """A page that says whose it is."""
    response.data["customer_id"] = who.customer_id
    response.data["merged_from"] = who.merged_from
    return response


def engagement_row(who: Living, worth: Worth, currency: str) -> dict[str, Any]:
    """What `EngagementOut` documents."""
    metrics = worth.engagement
    return {
        "customer_id": who.customer_id,
        "merged_from": who.merged_from,
        "score": metrics.score,
        "band": metrics.band,
        "activity": worth.activity.value,
        "recency": metrics.recency,
        "frequency": metrics.frequency,
        "monetary": metrics.monetary,
        "reasons": [
            {
                "name": reason.name,
                "fact": reason.fact,
                "points": reason.points,
                "weight": reason.weight,
            }
            for reason in worth.reasons
        ],
        "orders": metrics.orders,
        "tickets": metrics.tickets,
        "gross": str(metrics.gross),
        "net": str(metrics.net),
        "currency": currency,
        "first_order_at": metrics.first_order_at,
        "last_order_at": metrics.last_order_at,
        "quintile": worth.quintile,
        "rule_set_version": worth.rules.version,
        "scored_at": metrics.scored_at,
    }


def change_rows(changes: Sequence[ScoreChange]) -> list[dict[str, Any]]:
    """What `ScoreChangeOut` documents."""
    names = tuple(ScoreChangeOut().fields)
    return [{name: getattr(change, name) for name in names} for change in changes]
