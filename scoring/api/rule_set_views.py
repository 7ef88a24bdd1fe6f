"""The rules that turn orders into scores, version by version."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.pages import page_response
from crm.api.serializers import paged
from crm.api.views import ApiView
from scoring.selectors.rule_sets import get_rule_set, list_rule_sets


class RuleSetOut(serializers.Serializer[Any]):
    """One version. The i-th limit of a list earns 5−i points (from 0), none of them 1."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()
    activated_at = serializers.DateTimeField(allow_null=True)
    recency_days = serializers.ListField(
        child=serializers.IntegerField(), help_text="At most so many days since the last order."
    )
    frequency = serializers.ListField(
        child=serializers.IntegerField(), help_text="At least so many orders."
    )
    monetary = serializers.ListField(
        child=serializers.DecimalField(14, 2),
        help_text="At least so much lifetime net, in the company's currency.",
    )
    weight_recency = serializers.IntegerField()
    weight_frequency = serializers.IntegerField()
    weight_monetary = serializers.IntegerField()
    hot_from = serializers.IntegerField()
    warm_from = serializers.IntegerField()
    cool_from = serializers.IntegerField()
    active_days = serializers.IntegerField()
    dormant_days = serializers.IntegerField()
    new_days = serializers.IntegerField()
    shows_quintiles = serializers.BooleanField()


class RuleSets(ApiView):
    """The versions of the rules."""

    scopes = {"get": "scores:read"}

    @extend_schema(operation_id="list_rule_sets", responses=paged(RuleSetOut, "RuleSetPage"))
    def get(self, request: Request) -> Response:
        """The newest fifty versions, newest first. Without one the standard rules hold."""
        rows: Any = RuleSetOut(list_rule_sets(actor=self.actor), many=True).data
        return page_response(request, rows, next_cursor="")


class OneRuleSet(ApiView):
    """One version of the rules."""

    scopes = {"get": "scores:read"}

    @extend_schema(operation_id="get_rule_set", responses=RuleSetOut)
    def get(self, request: Request, rule_set_id: UUID) -> Response:
        """The rules of this version."""
        return Response(RuleSetOut(get_rule_set(actor=self.actor, rule_set_id=rule_set_id)).data)
