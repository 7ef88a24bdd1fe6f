"""What happens to a lead: status, owner, customer; and its history."""

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.etags import asked_version, stale_is_412
from crm.api.names import named
from crm.api.pages import page_asked, page_response
from crm.api.query import PAGING
from crm.api.schema import CURSOR, IF_MATCH, LIMIT, problems
from crm.api.serializers import paged
from crm.api.views import ApiView
from leads.api.lead_inputs import NAMES, Assignment, LeadLink, StatusChange
from leads.api.lead_rows import LeadEventOut, LeadOut, event_rows
from leads.api.lead_views import shown
from leads.selectors.detail import lead_events
from leads.services.assignment import assign_lead
from leads.services.link import link_lead
from leads.services.status import change_status

PENDING = OpenApiExample(
    "Call again",
    {
        "status": "pending",
        "follow_up_at": "2027-05-01T09:30:00Z",
        "remarks": "Wants to talk about it at home.",
    },
    request_only=True,
)
LOST = OpenApiExample(
    "Lost", {"status": "lost", "reason": "Bought somewhere else."}, request_only=True
)


class LeadStatusChange(ApiView):
    """The status of a lead."""

    scopes = {"post": "leads:write"}

    @extend_schema(
        operation_id="change_lead_status",
        parameters=[IF_MATCH],
        request=StatusChange,
        examples=[PENDING, LOST],
        responses={200: LeadOut, **problems(412, 428)},
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        """Move the lead to any status. Reopening asks that no other lead is open (409)."""
        version = asked_version(request)
        values = StatusChange().run_validation(request.data)
        with stale_is_412():
            lead = change_status(actor=self.actor, lead_id=lead_id, version=version, **values)
        return shown(lead)


class LeadAssignment(ApiView):
    """Whose lead it is."""

    scopes = {"post": "leads:write"}

    @extend_schema(operation_id="assign_lead", request=Assignment, responses={200: LeadOut})
    def post(self, request: Request, lead_id: UUID) -> Response:
        """Give the lead to a relationship manager or team lead of its branch, or to nobody."""
        values = Assignment().run_validation(request.data)
        with named(NAMES):
            lead = assign_lead(actor=self.actor, lead_id=lead_id, owner_id=values["owner_id"])
        return shown(lead)


class LeadCustomer(ApiView):
    """Whose enquiry it is."""

    scopes = {"post": "leads:write"}

    @extend_schema(operation_id="link_lead", request=LeadLink, responses={200: LeadOut})
    def post(self, request: Request, lead_id: UUID) -> Response:
        """Link a lead without a customer. One that has another is refused (409)."""
        values = LeadLink().run_validation(request.data)
        with named(NAMES):
            lead = link_lead(actor=self.actor, lead_id=lead_id, customer_id=values["customer_id"])
        return shown(lead)


class LeadEvents(ApiView):
    """The history of a lead."""

    scopes = {"get": "leads:read"}
    parameters = {"get": PAGING}

    @extend_schema(
        operation_id="list_lead_events",
        parameters=[CURSOR, LIMIT],
        responses=paged(LeadEventOut, "LeadEventPage"),
    )
    def get(self, request: Request, lead_id: UUID) -> Response:
        """What happened to the lead, newest first."""
        page = page_asked(request)
        found = lead_events(actor=self.actor, lead_id=lead_id, cursor=page.cursor, size=page.limit)
        return page_response(
            request,
            event_rows(found.rows),
            next_cursor=found.next_cursor,
            previous_cursor=found.previous_cursor,
        )
