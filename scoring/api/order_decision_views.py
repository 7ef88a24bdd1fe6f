"""What is decided about one order: whose it is, whether it counts, whether it stays."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.names import named
from crm.api.serializers import Strict
from crm.api.views import ApiView
from scoring.api.order_inputs import OrderLink, OrderRemoval
from scoring.api.order_rows import OrderOut
from scoring.api.order_views import shown
from scoring.services.order_review import (
    confirm_order,
    link_order,
    remove_order,
    restore_order,
    unlink_order,
)


class Nothing(Strict):
    """An empty object, or no body at all."""


class OrderCustomer(ApiView):
    """Whose order it is."""

    scopes = {"post": "orders:write"}

    @extend_schema(operation_id="link_order", request=OrderLink, responses={200: OrderOut})
    def post(self, request: Request, order_id: UUID) -> Response:
        """The order is this customer's, whatever the platform tells later."""
        customer_id = OrderLink().run_validation(request.data)["customer_id"]
        with named({"customer": "customer_id"}):
            link_order(actor=self.actor, order_id=order_id, customer_id=customer_id)
        return shown(self, order_id)


class OrderWithoutCustomer(ApiView):
    """Nobody's order."""

    scopes = {"post": "orders:write"}

    @extend_schema(operation_id="unlink_order", request=Nothing, responses={200: OrderOut})
    def post(self, request: Request, order_id: UUID) -> Response:
        """The order is not this customer's; no machine links it again."""
        Nothing().run_validation(request.data)
        unlink_order(actor=self.actor, order_id=order_id)
        return shown(self, order_id)


class OrderConfirmation(ApiView):
    """A doubtful order that is right."""

    scopes = {"post": "orders:write"}

    @extend_schema(operation_id="confirm_order", request=Nothing, responses={200: OrderOut})
    def post(self, request: Request, order_id: UUID) -> Response:
        """The figures are right: the order counts. One that nobody doubted is a conflict (409)."""
        Nothing().run_validation(request.data)
        confirm_order(actor=self.actor, order_id=order_id)
        return shown(self, order_id)


class OrderTakenOut(ApiView):
    """An order that does not belong here."""

    scopes = {"post": "orders:write"}

    @extend_schema(operation_id="remove_order", request=OrderRemoval, responses={200: OrderOut})
    def post(self, request: Request, order_id: UUID) -> Response:
        """Take the order out: a test, a duplicate. It is kept and counts no more."""
        reason = OrderRemoval().run_validation(request.data)["reason"]
        remove_order(actor=self.actor, order_id=order_id, reason=reason)
        return shown(self, order_id)


class OrderBroughtBack(ApiView):
    """An order that was taken out."""

    scopes = {"post": "orders:write"}

    @extend_schema(operation_id="restore_order", request=Nothing, responses={200: OrderOut})
    def post(self, request: Request, order_id: UUID) -> Response:
        """Bring the order back as it was."""
        Nothing().run_validation(request.data)
        restore_order(actor=self.actor, order_id=order_id)
        return shown(self, order_id)
