"""Who else lives with a customer."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.views import ApiView
from customers.api.part_serializers import HouseholdMemberOut
from customers.selectors.customer_record import read_customer


class HouseholdOut(serializers.Serializer[Any]):
    """The other people of the household, by name; nobody when the customer is in none."""

    results = HouseholdMemberOut(many=True)


class Household(ApiView):
    """The household of a customer."""

    scopes = {"get": "customers:read"}

    @extend_schema(operation_id="read_household", responses=HouseholdOut)
    def get(self, request: Request, customer_id: UUID) -> Response:
        """Different people who share numbers; decided as `household` among the duplicates."""
        record = read_customer(actor=self.actor, customer_id=customer_id, parts=("household",))
        return Response({"results": record.parts["household"]})
