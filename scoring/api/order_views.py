"""Orders: the list, one order, and orders that come in, alone or by the thousand."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from crm.api.etags import etag_of_content, is_unchanged
from crm.api.pages import page_asked, page_response
from crm.api.problems import problem_of
from crm.api.query import PAGING, asked, names_of
from crm.api.schema import CURSOR, IF_NONE_MATCH, LIMIT
from crm.api.serializers import ProblemField, paged
from crm.api.views import ApiView
from crm.errors import InvalidInput
from scoring.api.order_inputs import ItemList, NewOrder, OrderBatch, OrderQuery, order_of
from scoring.api.order_rows import OrderOut, order_row, order_rows
from scoring.models import Order
from scoring.orders.order_data import OrderData
from scoring.selectors.orders import OrderFilters, Task, get_order, list_orders
from scoring.services.order_report import OrderOutcome, UpsertOutcome
from scoring.services.orders import upsert_orders

ORDER = {
    "platform": "our-shop",
    "external_id": "100234",
    "status": "complete",
    "currency": "AUD",
    "gross": "120.00",
    "net": "112.40",
    "tickets": 2,
    "event_name": "Harvest Festival",
    "ordered_at": "2026-03-01T09:00:00Z",
    "changed_at": "2026-03-01T09:00:00Z",
    "buyer": {"name": "Ana Souza", "email": "ana@example.com", "phone": "+61 412 345 678"},
}


class Stored(serializers.Serializer[Any]):
    """What became of an order."""

    outcome = serializers.ChoiceField(
        [outcome.value for outcome in UpsertOutcome if outcome is not UpsertOutcome.REFUSED],
        help_text="older: a newer version is known; nothing changed.",
    )
    order = OrderOut()


class ItemResult(serializers.Serializer[Any]):
    """What became of one order of a batch."""

    index = serializers.IntegerField(help_text="Its place in the batch, from 0.")
    outcome = serializers.ChoiceField([outcome.value for outcome in UpsertOutcome])
    id = serializers.UUIDField(allow_null=True, help_text="null where it was refused.")
    errors = ProblemField(many=True)  # type: ignore[assignment] # the metaclass takes it away


class BatchResult(serializers.Serializer[Any]):
    """What became of a batch, in its order."""

    results = ItemResult(many=True)
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many came out how."
    )


class Orders(ApiView):
    """The orders of the company."""

    scopes = {"get": "orders:read", "post": "orders:write"}
    parameters = {"get": (*PAGING, *names_of(OrderQuery))}

    @extend_schema(
        operation_id="list_orders",
        parameters=[OrderQuery, CURSOR, LIMIT],
        responses=paged(OrderOut, "OrderPage"),
    )
    def get(self, request: Request) -> Response:
        """Orders by the filters, the newest first."""
        wanted, page = asked(request, OrderQuery), page_asked(request)
        task = wanted.pop("task", None)
        customer_id = wanted.pop("customer", None)
        filters = OrderFilters(customer_id=customer_id, task=Task(task) if task else None, **wanted)
        found = list_orders(actor=self.actor, filters=filters, cursor=page.cursor, size=page.limit)
        return page_response(
            request,
            order_rows(found.rows, self.actor.company.currency),
            next_cursor=found.next_cursor,
            previous_cursor=found.previous_cursor,
        )

    @extend_schema(
        operation_id="upsert_order",
        request=NewOrder,
        examples=[OpenApiExample("A paid order", ORDER, request_only=True)],
        responses={
            201: OpenApiResponse(Stored, description="The order is new."),
            200: OpenApiResponse(Stored, description="The order was known."),
        },
    )
    def post(self, request: Request) -> Response:
        """Store one order, or the news of a known one, with its customer."""
        order = order_of(NewOrder().run_validation(request.data), request.data)
        (outcome,) = upsert_orders(actor=self.actor, orders=[order]).outcomes
        if outcome.order_id is None:
            raise InvalidInput.field(outcome.field, outcome.message)
        response = shown(self, outcome.order_id, outcome=outcome.outcome)
        response["Location"] = reverse("api:order", [outcome.order_id], request=request)
        return response


class OneOrder(ApiView):
    """One order."""

    scopes = {"get": "orders:read"}

    @extend_schema(
        operation_id="get_order",
        parameters=[IF_NONE_MATCH],
        responses={200: OrderOut, 304: OpenApiResponse(description="As the ETag says.")},
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        """The order, with its ETag."""
        response = shown(self, order_id)
        if is_unchanged(request, response["ETag"]):
            response.status_code, response.data = 304, None
        return response


class OrderBatches(ApiView):
    """Many orders at once."""

    scopes = {"post": "orders:write"}

    @extend_schema(
        operation_id="upsert_orders",
        request=OrderBatch,
        examples=[OpenApiExample("Two orders", {"orders": [ORDER, ORDER]}, request_only=True)],
        responses={200: BatchResult},
    )
    def post(self, request: Request) -> Response:
        """Store up to 1,000 orders. One that cannot be kept is told and stops no other."""
        items = ItemList().run_validation(request.data)["orders"]
        results: list[dict[str, Any]] = [{} for _ in items]
        good: dict[int, OrderData] = {}
        reader = NewOrder()
        for index, item in enumerate(items):
            try:
                good[index] = order_of(reader.run_validation(item), item)
            except ValidationError as error:
                results[index] = _result(index, REFUSED, problem_of(error)["errors"])
        report = upsert_orders(actor=self.actor, orders=list(good.values()))
        for index, outcome in zip(good, report.outcomes, strict=True):
            results[index] = _result(index, outcome, _errors(outcome))
        counts = {outcome.value: 0 for outcome in UpsertOutcome}
        for result in results:
            counts[result["outcome"]] += 1
        return Response({"results": results, "counts": counts})


REFUSED = OrderOutcome(outcome=UpsertOutcome.REFUSED)


def shown(view: ApiView, order_id: UUID, *, outcome: UpsertOutcome | None = None) -> Response:
    """The order as it is stored, with its ETag; with what became of it where it came in."""
    order: Order = get_order(actor=view.actor, order_id=order_id, in_full=False)
    row = order_row(order, view.actor.company.currency)
    headers = {"ETag": etag_of_content(row)}
    if outcome is None:
        return Response(row, headers=headers)
    status = 201 if outcome is UpsertOutcome.CREATED else 200
    return Response({"outcome": outcome.value, "order": row}, status=status, headers=headers)


def _result(index: int, outcome: OrderOutcome, errors: Any) -> dict[str, Any]:
    return {
        "index": index,
        "outcome": outcome.outcome.value,
        "id": outcome.order_id,
        "errors": list(errors),
    }


def _errors(outcome: OrderOutcome) -> list[dict[str, str]]:
    if outcome.outcome is not UpsertOutcome.REFUSED:
        return []
    return [{"field": outcome.field, "code": "invalid", "message": outcome.message}]
