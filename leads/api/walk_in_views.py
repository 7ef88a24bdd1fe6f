"""Somebody walked in (source systems S3.4, S3.5): the names are those of the seed's endpoint."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from crm.api.fields import Id, Text
from crm.api.names import named
from crm.api.serializers import Strict
from crm.api.views import ApiView
from leads.api.lead_rows import LeadOut, lead_row
from leads.services.walk_in import ATTACHED, CREATED, WalkIn, log_walk_in

# The request's names, and the service's; its errors are told by the first.
FIELDS = {
    "phone": "phone_text",
    "fullName": "full_name",
    "branchId": "branch_id",
    "rmMemberId": "rm_id",
    "sourceId": "source_id",
    "customerId": "customer_id",
    "model": "interest",
    "variant": "variant",
    "location": "location",
    "remarks": "remarks",
}
NAMES = {
    **{of_service: name for name, of_service in FIELDS.items()},
    "branch": "branchId",
    "owner": "rmMemberId",
    "source": "sourceId",
    "customer": "customerId",
}
EXAMPLE = OpenApiExample(
    "A visit",
    {
        "phone": "0412 345 678",
        "fullName": "Ana Souza",
        "branchId": "0197f0b6-6f3e-7c1a-9a52-0d6a3b1f2c11",
        "model": "City hatchback",
    },
    request_only=True,
)


class WalkInRequest(Strict):
    """Who came, and where. The person is recognised by the phone, or chosen by `customerId`."""

    phone = Text(required=False, allow_blank=True, max_length=300)
    fullName = Text(required=False, allow_blank=True, max_length=200)
    branchId = Id(required=False, help_text="May be left out by a key of one branch.")
    customerId = Id(required=False, allow_null=True)
    rmMemberId = Id(
        required=False, allow_null=True, help_text="Becomes the owner where there is none."
    )
    sourceId = Id(
        required=False, allow_null=True, help_text="By default the company's walk-in source."
    )
    model = Text(required=False, allow_blank=True, max_length=200)
    variant = Text(required=False, allow_blank=True, max_length=200)
    location = Text(required=False, allow_blank=True, max_length=200)
    remarks = Text(required=False, allow_blank=True, max_length=1000)


class VisitorOut(serializers.Serializer[Any]):
    """The customer who walked in."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    full_name = serializers.CharField()
    lifecycle_stage = serializers.CharField()


class WalkInOut(serializers.Serializer[Any]):
    """What became of the visit."""

    created = serializers.BooleanField(help_text="Whether a new lead was made.")
    action = serializers.ChoiceField([CREATED, ATTACHED])
    customer = VisitorOut()
    lead = LeadOut()


class WalkIns(ApiView):
    """Visits at a branch."""

    scopes = {"post": "leads:write"}

    @extend_schema(
        operation_id="create_walk_in",
        request=WalkInRequest,
        examples=[EXAMPLE],
        responses={
            201: OpenApiResponse(WalkInOut, description="A new lead was made."),
            200: OpenApiResponse(WalkInOut, description="Attached to the open lead."),
        },
    )
    def post(self, request: Request) -> Response:
        """Attach the visit to the customer's open lead at this branch, or make a new lead.

        An attached visit never changes the status. A number that several people share asks for
        `customerId` (409 `choose_customer`, with `candidates`).
        """
        values = WalkInRequest().run_validation(request.data)
        given = {FIELDS[name]: value for name, value in values.items()}
        with named(NAMES):
            visit = log_walk_in(actor=self.actor, **{"phone_text": "", **given})
        response = Response(_shown(visit), status=201 if visit.created else 200)
        response["Location"] = reverse("api:lead", [visit.lead.pk], request=request)
        return response


def _shown(visit: WalkIn) -> dict[str, Any]:
    customer = visit.customer
    return {
        "created": visit.created,
        "action": visit.action,
        "customer": {
            "id": customer.pk,
            "code": customer.code,
            "full_name": customer.full_name,
            "lifecycle_stage": str(customer.lifecycle_stage),
        },
        "lead": lead_row(visit.lead),
    }
