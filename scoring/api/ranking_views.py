"""Customers by what they are worth."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import QueryNumber
from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING, asked, names_of
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import paged
from crm.api.views import ApiView
from scoring.models import Band, Engagement, QuintileSegment
from scoring.score_words import Activity
from scoring.selectors.ranking import (
    DEFAULT_ORDERING,
    HIGHEST_POINTS,
    LOWEST_POINTS,
    ORDERINGS,
    RankingFilters,
    rank_customers,
)


def _points() -> QueryNumber:
    return QueryNumber(required=False, min_value=LOWEST_POINTS, max_value=HIGHEST_POINTS)


class RankingQuery(serializers.Serializer[Any]):
    """What the list is narrowed to, and how it is sorted."""

    band = serializers.ChoiceField(Band.choices, required=False)
    activity = serializers.ChoiceField([activity.value for activity in Activity], required=False)
    segment = serializers.UUIDField(required=False)
    recency = _points()
    frequency = _points()
    quintile = serializers.ChoiceField(QuintileSegment.choices, required=False)
    sort = serializers.ChoiceField(
        tuple(ORDERINGS),
        required=False,
        default=DEFAULT_ORDERING,
        help_text="The highest first; `last_order` leaves out who never ordered.",
    )


class RankedOut(serializers.Serializer[Any]):
    """One customer with their score. Money is in the company's currency."""

    customer_id = serializers.UUIDField()
    code = serializers.CharField()
    full_name = serializers.CharField()
    score = serializers.IntegerField()
    band = serializers.ChoiceField(Band.choices)
    recency = serializers.IntegerField()
    frequency = serializers.IntegerField()
    monetary = serializers.IntegerField()
    orders = serializers.IntegerField()
    tickets = serializers.IntegerField()
    gross = serializers.DecimalField(16, 2)
    net = serializers.DecimalField(16, 2)
    currency = serializers.CharField()
    first_order_at = serializers.DateTimeField(allow_null=True)
    last_order_at = serializers.DateTimeField(allow_null=True)


class Ranking(ApiView):
    """Customers by worth."""

    scopes = {"get": "scores:read"}
    parameters = {"get": (*PAGING, *names_of(RankingQuery))}

    @extend_schema(
        operation_id="rank_customers",
        parameters=[RankingQuery, CURSOR, LIMIT],
        responses=paged(RankedOut, "RankingPage"),
    )
    def get(self, request: Request) -> Response:
        """Live customers by score, net or last order."""
        wanted, page = asked(request, RankingQuery), page_asked(request)
        ordering = wanted.pop("sort")
        segment_id = wanted.pop("segment", None)
        found = rank_customers(
            actor=self.actor,
            filters=RankingFilters(segment_id=segment_id, **wanted),
            ordering=ordering,
            cursor=page.cursor,
            size=page.limit,
        )
        return page_response(
            request,
            ranked_rows(found.rows, self.actor.company.currency),
            next_cursor=found.next_cursor,
            previous_cursor=found.previous_cursor,
        )


def ranked_rows(rows: Sequence[Engagement], currency: str) -> list[dict[str, Any]]:
    """What `RankedOut` documents; each row has its customer."""
    return [
        {
            "customer_id": row.customer_id,
            "code": row.customer.code,
            "full_name": row.customer.full_name,
            "score": row.score,
            "band": row.band,
            "recency": row.recency,
            "frequency": row.frequency,
            "monetary": row.monetary,
            "orders": row.orders,
            "tickets": row.tickets,
            "gross": str(row.gross),
            "net": str(row.net),
            "currency": currency,
            "first_order_at": row.first_order_at,
            "last_order_at": row.last_order_at,
        }
        for row in rows
    ]
