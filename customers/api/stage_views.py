"""How far the relation with a customer has come."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.fields import Text
from crm.api.pages import page_of
from crm.api.query import PAGING
from crm.api.schema import CURSOR, LIMIT
from crm.api.serializers import Strict, paged
from crm.api.views import ApiView
from crm.paging import Ordering
from customers.api.history_output import owner_of_list
from customers.models import StageChange
from customers.models.customer import LifecycleStage
from customers.services.customer_fields import LENGTHS
from customers.services.stage import change_stage

LATEST = Ordering("latest", "at", descending=True)


class StageChangeOut(serializers.Serializer[Any]):
    """One move."""

    id = serializers.UUIDField()
    old_stage = serializers.ChoiceField(LifecycleStage.choices)
    new_stage = serializers.ChoiceField(LifecycleStage.choices)
    at = serializers.DateTimeField()
    changed_by = serializers.CharField()
    reason = serializers.CharField()


class StageIn(Strict):
    """Where the customer stands now."""

    stage = serializers.ChoiceField(LifecycleStage.choices)
    reason = Text(max_length=LENGTHS["reason"], required=False, allow_blank=True)


class StageOut(serializers.Serializer[Any]):
    """The stage, and since when."""

    lifecycle_stage = serializers.ChoiceField(LifecycleStage.choices)
    stage_changed_at = serializers.DateTimeField()


class StageChanges(ApiView):
    """The stages that a customer went through."""

    scopes = {"get": "customers:read", "post": "customers:write"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_stage_changes",
        parameters=[CURSOR, LIMIT],
        responses=paged(StageChangeOut, "StageChangePage"),
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """The latest first."""
        owner_id = owner_of_list(actor=self.actor, customer_id=customer_id)
        rows = StageChange.objects.filter(customer_id=owner_id)
        return page_of(request, rows, ordering=LATEST, show=_changes)

    @extend_schema(operation_id="change_stage", request=StageIn, responses={200: StageOut})
    def post(self, request: Request, customer_id: UUID) -> Response:
        """Move the customer; the stage they are in already changes nothing."""
        reader = StageIn(data=request.data)
        reader.is_valid(raise_exception=True)
        customer = change_stage(actor=self.actor, customer_id=customer_id, **reader.validated_data)
        return Response(
            {
                "lifecycle_stage": customer.lifecycle_stage,
                "stage_changed_at": customer.stage_changed_at,
            }
        )


def _changes(rows: Sequence[StageChange]) -> Any:
    return StageChangeOut(rows, many=True).data
