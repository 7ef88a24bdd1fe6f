"""Orders by the REST API: the list, one order, one that comes in."""

import json
from typing import Any
from uuid import uuid4

import pytest

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from customers.services.merge import merge_customers
from scoring.api.order_rows import OrderOut, order_row
from scoring.models import Engagement, Order, OrderStatus
from scoring.orders.order_data import Buyer
from tests.factories.api_clients import ApiClient, client_of_staff, client_with_key
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.placed_orders import place_order
from tests.worlds import World

SCOPES = ["orders:read", "orders:write"]


def body_of(response: Any) -> Any:
    return json.loads(response.content)


def ids_of(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in body_of(response)["results"]]


def fields_of(response: Any) -> list[str]:
    return [error["field"] for error in body_of(response)["errors"]]


def new_order(**values: Any) -> dict[str, Any]:
    return {
        "platform": "our-shop",
        "external_id": "100234",
        "status": "complete",
        "currency": "AUD",
        "gross": "120.00",
        "ordered_at": "2026-03-01T09:00:00Z",
        "buyer": {"name": "Ana Souza", "email": "ana@example.com"},
        **values,
    }


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, SCOPES)


def test_the_document_says_what_is_shown(acme: World) -> None:
    row = order_row(make_order(acme.system()), "AUD")
    documented = OrderOut(row).data
    assert list(row) == list(documented)
    assert (documented["net"], documented["gross"]) == ("100.00", "100.00")


def test_an_order_comes_in_with_its_customer(client: ApiClient) -> None:
    response = client.post("orders", new_order())
    assert response.status_code == 201, response.content
    told = body_of(response)
    assert told["outcome"] == "created"
    order = told["order"]
    person = Customer.objects.get(full_name="Ana Souza")
    assert order["customer_id"] == str(person.pk)
    assert (order["net"], order["scored_net"], order["company_currency"]) == (
        "120.00",
        "120.00",
        "AUD",
    )
    assert order["is_counted"] is True
    assert Engagement.objects.get(pk=person.pk).orders == 1
    read = client.get(response["Location"].partition("/api/v1/")[2])
    assert body_of(read) == order
    assert read["ETag"] == response["ETag"]
    assert client.get(f"orders/{order['id']}", If_None_Match=read["ETag"]).status_code == 304


def test_news_of_an_order(client: ApiClient) -> None:
    client.post("orders", new_order())
    again = client.post("orders", new_order())
    refund = new_order(refunded="120.00", changed_at="2026-03-02T09:00:00Z")
    refunded = client.post("orders", refund)
    older = client.post("orders", new_order(gross="99"))
    assert [body_of(one)["outcome"] for one in (again, refunded, older)] == [
        "unchanged",
        "updated",
        "older",
    ]
    assert {one.status_code for one in (again, refunded, older)} == {200}
    told = body_of(older)["order"]
    assert (told["status"], told["gross"], told["net"]) == ("refunded", "120.00", "0.00")


def test_the_platform_s_word_stands_for_the_status(client: ApiClient) -> None:
    body = new_order(platform_status="Not Attending")
    del body["status"]
    told = body_of(client.post("orders", body))["order"]
    assert (told["status"], told["net"], told["is_counted"]) == ("cancelled", "0.00", False)
    strange = new_order(platform_status="zorb", external_id="2")
    del strange["status"]
    told = body_of(client.post("orders", strange))["order"]
    assert (told["status"], told["review"]) == ("unknown", "flagged")
    assert told["review_reasons"] == ["unknown_status"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"platform": ""}, "platform"),
        ({"external_id": 7}, "external_id"),
        ({"status": "paid"}, "status"),
        ({"currency": "A$"}, "currency"),
        ({"gross": "lots"}, "gross"),
        ({"gross": True}, "gross"),
        ({"gross": "1.234"}, "gross"),
        ({"gross": "NaN"}, "gross"),
        ({"net": "9999999999999"}, "net"),
        ({"tickets": -1}, "tickets"),
        ({"tickets": 2_147_483_648}, "tickets"),
        ({"ordered_at": "2026-03-01T09:00"}, "ordered_at"),
        ({"ordered_at": "0001-01-01T00:00:00Z"}, "ordered_at"),
        ({"buyer": {"mail": "a@b.example"}}, "buyer.mail"),
        ({"buyer": None}, "buyer"),
        ({"platfrom": "x"}, "platfrom"),
        ({"external_id": "\u200b"}, "external_id"),
    ],
)
def test_an_order_with_bad_values(client: ApiClient, changes: dict[str, Any], field: str) -> None:
    response = client.post("orders", new_order(**changes))
    assert response.status_code == 400, response.content
    assert fields_of(response) == [field]
    assert not Order.objects.exists()


def test_the_list_is_filtered_and_paged(acme: World, client: ApiClient) -> None:
    ana, rui = make_customer(acme.actor()), make_customer(acme.actor())
    first = place_order(ana, platform="eventbrite", external_id="e-1")
    second = place_order(rui, status=OrderStatus.CANCELLED)
    waiting = make_order(acme.system(), buyer=Buyer())
    gone = place_order(ana)
    client.post(f"orders/{gone.pk}/remove", {"reason": "A test."})
    merge_customers(actor=acme.actor(Role.MANAGER), survivor_id=rui.pk, others=[ana.pk])
    for query, wanted in {
        f"customer={rui.pk}": [second, first],
        f"customer={ana.pk}": [second, first],  # who is now rui
        "platform=eventbrite&external_id=e-1": [first],
        "status=cancelled": [second],
        "task=unlinked": [waiting],
        "ordered_to=2026-03-01": [waiting],
        "ordered_from=2999-01-01": [],
        f"with_removed=true&customer={rui.pk}": [gone, second, first],
    }.items():
        assert ids_of(client.get(f"orders?{query}")) == [str(one.pk) for one in wanted], query
    page = client.get("orders?limit=2")
    assert ids_of(page) == [str(second.pk), str(first.pk)]
    rest = client.get(body_of(page)["next"].partition("/api/v1/")[2])
    assert ids_of(rest) == [str(waiting.pk)]


@pytest.mark.parametrize(
    "query",
    ["customer=1", "status=paid", "task=all", "ordered_to=9999-12-31", "buyer=ana", "limit=201"],
)
def test_filters_are_closed(client: ApiClient, query: str) -> None:
    response = client.get(f"orders?{query}")
    assert response.status_code == 400
    assert fields_of(response) == [query.partition("=")[0]]


def test_reads_take_one_query_of_their_own(
    acme: World, client: ApiClient, django_assert_num_queries: Any
) -> None:
    order = make_order(acme.system())
    client.get("orders")
    # besides: savepoint, key and company, release; the test's own company, four
    with django_assert_num_queries(8):
        client.get("orders")
    with django_assert_num_queries(8):
        client.get(f"orders/{order.pk}")


def test_a_stranger_and_nobody_get_the_same_answer(acme: World, globex: World) -> None:
    order = make_order(acme.system())
    stranger = client_with_key(globex, SCOPES)
    calls: list[tuple[str, str, Any]] = [
        ("get", "", None),
        ("post", "/link", {"customer_id": str(uuid4())}),
        ("post", "/unlink", {}),
        ("post", "/confirm", {}),
        ("post", "/remove", {"reason": "x"}),
        ("post", "/restore", {}),
    ]
    for method, path, body in calls:
        answers = []
        for order_id in (order.pk, uuid4()):
            arguments = [f"orders/{order_id}{path}", *([body] if body is not None else [])]
            answers.append(getattr(stranger, method)(*arguments))
        assert [one.status_code for one in answers] == [404, 404], path
        assert answers[0].content == answers[1].content
    assert ids_of(stranger.get("orders")) == []


def test_scopes_and_roles(acme: World) -> None:
    order = make_order(acme.system())
    reader, writer = (client_with_key(acme, [scope]) for scope in SCOPES)
    refused = [
        reader.post("orders", new_order()),
        reader.post("orders/bulk", {"orders": [new_order()]}),
        writer.get("orders"),
        writer.get(f"orders/{order.pk}"),
        *(reader.post(f"orders/{order.pk}/{step}", {}) for step in ("link", "unlink")),
        *(reader.post(f"orders/{order.pk}/{step}", {}) for step in ("confirm", "restore")),
        reader.post(f"orders/{order.pk}/remove", {"reason": "x"}),
    ]
    for response in refused:
        assert (response.status_code, body_of(response)["code"]) == (403, "insufficient_scope")
    mine = client_of_staff(acme, Role.MANAGER)
    StaffMember.objects.filter(pk=acme.staff[Role.MANAGER].pk).update(role=Role.SERVICE)
    assert mine.get(f"orders/{order.pk}").status_code == 200
    for response in (mine.post("orders", new_order()), mine.post(f"orders/{order.pk}/unlink")):
        assert (response.status_code, body_of(response)["code"]) == (403, "forbidden")
