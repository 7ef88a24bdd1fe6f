"""Customers: the list, one of them, adding, changing, deleting and restoring."""

from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.etags import PreconditionFailed, asked_version, etag_of, stale_is_412
from crm.api.pages import page_of
from crm.api.query import PAGING, filter_names
from crm.api.schema import CURSOR, IF_MATCH, LIMIT, filter_parameters, problems
from crm.api.serializers import paged
from crm.api.views import ApiView
from customers.api.customer_filters import CustomerFilter, customers_asked, ordering_asked
from customers.api.customer_output import customers_data
from customers.api.customer_serializers import (
    EXAMPLE,
    CustomerChanges,
    CustomerOut,
    CustomerRead,
    NewCustomer,
    Reason,
    RestoredOut,
)
from customers.api.new_customer import attributes_of, branch_of, person_of, places_as_sent
from customers.api.reading import (
    DOCUMENTED,
    PARAMETERS,
    answer_with_customer,
    customer_response,
)
from customers.models.customer import Origin
from customers.selectors.customer_record import read_customer
from customers.selectors.lists import DEFAULT_ORDERING, ORDERINGS
from customers.services.create import create_customer
from customers.services.edit import edit_customer
from customers.services.removal import delete_customer, restore_customer

Q = OpenApiParameter("q", str, description="As in the search box; the best 200 are listed.")
ORDERING = OpenApiParameter(
    "ordering",
    {"type": "string", "enum": list(ORDERINGS), "default": DEFAULT_ORDERING},
    description="By last activity or creation, the newest first, or by name.",
)


class Customers(ApiView):
    """All customers of the company."""

    scopes = {"get": "customers:read", "post": "customers:write"}
    parameters = {"get": (*PAGING, *filter_names(CustomerFilter), "q", "ordering")}

    @extend_schema(
        operation_id="list_customers",
        parameters=[CURSOR, LIMIT, *filter_parameters(CustomerFilter), Q, ORDERING],
        responses=paged(CustomerOut, "CustomerPage"),
    )
    def get(self, request: Request) -> Response:
        """Those that the filters leave, page by page."""
        return page_of(
            request,
            customers_asked(request, self.actor),
            ordering=ordering_asked(request),
            show=customers_data,
        )

    @extend_schema(
        operation_id="create_customer",
        request=NewCustomer,
        responses={201: CustomerOut},
        examples=[OpenApiExample("Somebody with a mobile", EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Add somebody new.

        409 `duplicate`: a phone or e-mail is another customer's (`customer_id`; all of them in
        `customer_ids`); send `share_numbers` where several really have it. 409 `maybe_here`:
        somebody here looks alike (`alike`: whom, how surely in bits, and why); send
        `create_anyway` to add them all the same.
        """
        reader = NewCustomer(data=request.data)
        reader.is_valid(raise_exception=True)
        values = reader.validated_data
        with places_as_sent():
            customer = create_customer(
                actor=self.actor,
                **person_of(values),
                branch=branch_of(values.get("branch_id")),
                origin=Origin.API,
                share_numbers=values.get("share_numbers", False),
                unless_alike=not values.get("create_anyway", False),
                **attributes_of(values),
            )
        return customer_response(self.actor, customer.pk, status=201)


class OneCustomer(ApiView):
    """A customer."""

    scopes = {
        "get": "customers:read",
        "patch": "customers:write",
        "delete": "customers:delete",
    }
    parameters = {"get": PARAMETERS}
    told_on_delete = Reason

    @extend_schema(
        operation_id="read_customer",
        parameters=DOCUMENTED,
        responses={200: CustomerRead, 304: None, **problems(410)},
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """The customer; a merged id answers with the one it is part of now."""
        return answer_with_customer(
            request,
            lambda parts: read_customer(actor=self.actor, customer_id=customer_id, parts=parts),
        )

    @extend_schema(
        operation_id="update_customer",
        parameters=[IF_MATCH],
        request=CustomerChanges,
        responses={200: CustomerOut, **problems(409, 412, 428)},
        examples=[OpenApiExample("Moved", {"city": "Perth"}, request_only=True)],
    )
    def patch(self, request: Request, customer_id: UUID) -> Response:
        """Change the fields that are named. Phones and e-mails are contact points."""
        version = asked_version(request)
        reader = CustomerChanges(data=request.data)
        reader.is_valid(raise_exception=True)
        reason = reader.validated_data.pop("reason", "")
        found = read_customer(actor=self.actor, customer_id=customer_id)
        # The service writes nothing where nothing changes, and then does not look at the version.
        if found.merged_from is None and found.customer.version != version:
            raise PreconditionFailed
        with stale_is_412():
            edit_customer(
                actor=self.actor,
                customer_id=customer_id,
                version=version,
                changes=reader.validated_data,
                reason=reason,
            )
        return customer_response(self.actor, customer_id)

    @extend_schema(
        operation_id="delete_customer",
        parameters=[IF_MATCH],
        request=Reason,
        responses={204: None, **problems(409, 412, 413, 415, 428)},
    )
    def delete(self, request: Request, customer_id: UUID) -> Response:
        """Take the customer out of lists and search. Nothing is erased; restore brings it back."""
        version = asked_version(request)
        reader = Reason(data=request.data)
        reader.is_valid(raise_exception=True)
        with transaction.atomic():
            deleted = delete_customer(
                actor=self.actor, customer_id=customer_id, **reader.validated_data
            )
            if deleted.version != version + 1:
                raise PreconditionFailed
        return Response(status=204)


class Restore(ApiView):
    """Bringing back what was deleted."""

    scopes = {"post": "customers:delete"}

    @extend_schema(operation_id="restore_customer", request=None, responses={200: RestoredOut})
    def post(self, request: Request, customer_id: UUID) -> Response:
        """The customer is active again. Numbers that others were given meanwhile are shared now."""
        restored = restore_customer(actor=self.actor, customer_id=customer_id)
        return Response(
            {
                "id": customer_id,
                "version": restored.customer.version,
                "now_shared": [point.value for point in restored.now_shared],
            },
            headers={"ETag": etag_of(restored.customer.version)},
        )
