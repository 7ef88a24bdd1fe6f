"""Orders by the thousand: a result for each, and a fixed number of queries."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from scoring.models import Order
from tests.factories.api_clients import ApiClient, client_with_key
from tests.worlds import World


def body_of(response: Any) -> Any:
    return json.loads(response.content)


def new_orders(count: int, *, first: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "platform": "our-shop",
            "external_id": f"{number}",
            "status": "complete",
            "currency": "AUD",
            "gross": "12.50",
            "ordered_at": "2026-03-01T09:00:00Z",
            "buyer": {"name": f"Buyer {number}", "email": f"b{number}@example.com"},
        }
        for number in range(first, first + count)
    ]


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, ["orders:write"])


def test_each_order_has_its_result(client: ApiClient) -> None:
    items: list[Any] = new_orders(3)
    items[1]["gross"] = "lots"
    items += ["no order", {**items[0], "gross": "13.00", "changed_at": "2026-03-02T09:00:00Z"}]
    items.append({**items[2], "external_id": "\u200b"})  # what only the service sees
    response = client.post("orders/bulk", {"orders": items})
    assert response.status_code == 200, response.content
    told = body_of(response)
    assert [one["outcome"] for one in told["results"]] == [
        "created",
        "refused",
        "created",
        "refused",
        "updated",
        "refused",
    ]
    assert [one["index"] for one in told["results"]] == list(range(6))
    assert told["results"][0]["id"] == told["results"][4]["id"]
    assert told["results"][1]["errors"][0]["field"] == "gross"
    assert told["results"][5]["errors"][0]["field"] == "external_id"
    assert told["results"][1]["id"] is None
    assert told["counts"] == {
        "created": 2,
        "updated": 1,
        "unchanged": 0,
        "older": 0,
        "refused": 3,
    }
    assert {str(order.gross) for order in Order.objects.all()} == {"13.00", "12.50"}
    assert Customer.objects.count() == 2


def test_the_batch_sent_again_changes_nothing(client: ApiClient) -> None:
    client.post("orders/bulk", {"orders": new_orders(3)})
    again = body_of(client.post("orders/bulk", {"orders": new_orders(3)}))
    assert again["counts"]["unchanged"] == 3


def test_queries_do_not_grow_with_the_batch(client: ApiClient) -> None:
    counts = []
    for first, count in ((0, 2), (10, 2), (20, 12)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.post("orders/bulk", {"orders": new_orders(count, first=first)})
        counts.append(len(queries))
    assert counts[1] == counts[2]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"orders": []},
        {"orders": {}},
        {"orders": "x"},
        {"orders": None},
        {"orders": [{}] * 1001},
        {"orders": [{}], "order": 1},
    ],
    ids=["nothing", "list", "empty", "object", "text", "null", "too many", "unknown"],
)
def test_a_batch_that_is_none(client: ApiClient, body: Any) -> None:
    response = client.post("orders/bulk", body)
    assert (response.status_code, body_of(response)["code"]) == (400, "invalid")


@pytest.mark.parametrize("item", [None, 7, [], {}, {"buyer": []}, {"gross": {}}])
def test_an_item_that_is_no_order(client: ApiClient, item: Any) -> None:
    told = body_of(client.post("orders/bulk", {"orders": [item]}))
    assert told["results"][0]["outcome"] == "refused"
    assert told["results"][0]["errors"]
