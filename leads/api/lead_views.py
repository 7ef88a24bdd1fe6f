"""Leads: the list, a new one, and one lead with its details."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from crm.api.etags import asked_version, etag_of, is_unchanged, stale_is_412
from crm.api.names import named
from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING, asked, names_of
from crm.api.schema import CURSOR, IF_MATCH, IF_NONE_MATCH, LIMIT, problems
from crm.api.serializers import paged
from crm.api.views import ApiView
from leads.api.lead_inputs import NAMES, LeadChanges, LeadQuery, NewLead
from leads.api.lead_rows import LeadOut, lead_row, lead_rows
from leads.models import Lead
from leads.selectors.detail import get_lead
from leads.selectors.lists import LeadFilters, list_leads
from leads.services.create import create_lead
from leads.services.edit import edit_lead

OF_SERVICE = {"phone": "phone_text", "email": "email_text"}
NEW = OpenApiExample(
    "An enquiry from a web form",
    {
        "branch_id": "0197f0b6-6f3e-7c1a-9a52-0d6a3b1f2c11",
        "source_id": "0197f0b6-7a10-7d2b-8c33-1e7b4c2a3d22",
        "external_id": "form-20931",
        "full_name": "Ana Souza",
        "phone": "+61 412 345 678",
        "interest": "City hatchback",
    },
    request_only=True,
)
OPEN_LEAD = OpenApiExample(
    "There is an open lead",
    {
        "type": "urn:switchboard:problem:open_lead",
        "title": "Conflict",
        "status": 409,
        "code": "open_lead",
        "detail": "This customer already has an open lead at this branch. Work on that one.",
        "lead_id": "0197f0b6-9c42-7e5d-8b77-5a1f6d4c7e88",
    },
    response_only=True,
    status_codes=["409"],
)


class Leads(ApiView):
    """The leads that the key may see."""

    scopes = {"get": "leads:read", "post": "leads:write"}
    parameters = {"get": (*PAGING, *names_of(LeadQuery))}

    @extend_schema(
        operation_id="list_leads",
        parameters=[LeadQuery, CURSOR, LIMIT],
        responses=paged(LeadOut, "LeadPage"),
    )
    def get(self, request: Request) -> Response:
        """Leads by the filters, newest first, or by their next follow-up."""
        wanted, page = asked(request, LeadQuery), page_asked(request)
        found = list_leads(
            actor=self.actor,
            filters=_filters(wanted),
            ordering=wanted["sort"],
            cursor=page.cursor,
            size=page.limit,
            with_names=False,
        )
        return page_response(
            request,
            lead_rows(found.rows),
            next_cursor=found.next_cursor,
            previous_cursor=found.previous_cursor,
        )

    @extend_schema(
        operation_id="create_lead",
        request=NewLead,
        examples=[NEW, OPEN_LEAD],
        responses={
            201: OpenApiResponse(LeadOut, description="A new lead."),
            200: OpenApiResponse(LeadOut, description="The source had sent this enquiry before."),
        },
    )
    def post(self, request: Request) -> Response:
        """A new lead of the customer whom the phone identifies, or of a new customer.

        A customer has one open lead at a branch: a second one is refused (409 `open_lead`, with
        its `lead_id`). A number that several people share asks for `customer_id` (409
        `choose_customer`, with `candidates`).
        """
        values = NewLead().run_validation(request.data)
        values = {OF_SERVICE.get(name, name): value for name, value in values.items()}
        values.setdefault("branch_id", None)
        with named(NAMES):
            outcome = create_lead(actor=self.actor, **values)
        response = shown(outcome.lead, status=201 if outcome.created else 200)
        response["Location"] = reverse("api:lead", [outcome.lead.pk], request=request)
        return response


class OneLead(ApiView):
    """One lead."""

    scopes = {"get": "leads:read", "patch": "leads:write"}

    @extend_schema(
        operation_id="get_lead",
        parameters=[IF_NONE_MATCH],
        responses={200: LeadOut, 304: OpenApiResponse(description="As the ETag says.")},
    )
    def get(self, request: Request, lead_id: UUID) -> Response:
        """The lead, with its ETag."""
        response = shown(get_lead(actor=self.actor, lead_id=lead_id, with_names=False))
        if is_unchanged(request, response["ETag"]):
            response.status_code, response.data = 304, None
        return response

    @extend_schema(
        operation_id="edit_lead",
        parameters=[IF_MATCH],
        request=LeadChanges,
        responses={200: LeadOut, **problems(409, 412, 428)},
    )
    def patch(self, request: Request, lead_id: UUID) -> Response:
        """Change what the lead says; the status has an endpoint of its own."""
        version = asked_version(request)
        values = LeadChanges().run_validation(request.data)
        changes = {OF_SERVICE.get(name, name): value for name, value in values.items()}
        with named(NAMES), stale_is_412():
            lead = edit_lead(actor=self.actor, lead_id=lead_id, version=version, changes=changes)
        return shown(lead)


def shown(lead: Lead, *, status: int = 200) -> Response:
    """The lead with its ETag."""
    row = lead_row(lead)
    return Response(row, status=status, headers={"ETag": etag_of(lead.version, row)})


def _filters(wanted: dict[str, Any]) -> LeadFilters:
    return LeadFilters(
        status=wanted.get("status", ""),
        branch_id=wanted.get("branch"),
        owner=wanted.get("owner", ""),
        source_id=wanted.get("source"),
        received_from=wanted.get("received_from"),
        received_to=wanted.get("received_to"),
        follow_up=wanted.get("follow_up", ""),
        without_customer=wanted.get("without_customer", False),
        customer_id=wanted.get("customer"),
    )
