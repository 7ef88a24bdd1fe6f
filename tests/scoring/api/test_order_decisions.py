"""Deciding about single orders by the REST API."""

import json
from typing import Any
from uuid import uuid4

import pytest

from crm.roles import Role
from customers.services.merge import merge_customers
from scoring.models import Order
from scoring.orders.order_data import Buyer
from tests.factories.api_clients import ApiClient, client_with_key
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.worlds import World


def body_of(response: Any) -> Any:
    return json.loads(response.content)


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, ["orders:write"])


@pytest.fixture
def order(acme: World) -> Order:
    """Doubtful, and nobody's."""
    return make_order(acme.system(), gross="-5", buyer=Buyer())


def test_an_order_is_linked_and_unlinked(acme: World, client: ApiClient, order: Order) -> None:
    merged, person = make_customer(acme.actor()), make_customer(acme.actor())
    merge_customers(actor=acme.actor(Role.MANAGER), survivor_id=person.pk, others=[merged.pk])
    linked = client.post(f"orders/{order.pk}/link", {"customer_id": str(merged.pk)})
    assert linked.status_code == 200, linked.content
    assert body_of(linked)["customer_id"] == str(person.pk)
    assert body_of(linked)["link_method"] == "hand"
    unlinked = client.post(f"orders/{order.pk}/unlink")
    assert (unlinked.status_code, body_of(unlinked)["customer_id"]) == (200, None)


def test_somebody_else_s_customer_is_none(
    acme: World, globex: World, client: ApiClient, order: Order
) -> None:
    with globex.inside():
        foreign = make_customer(globex.actor())
    with acme.inside():
        for wrong in (foreign.pk, uuid4()):
            response = client.post(f"orders/{order.pk}/link", {"customer_id": str(wrong)})
            assert response.status_code == 400
            assert body_of(response)["errors"][0]["field"] == "customer_id"


def test_an_order_is_confirmed(acme: World, client: ApiClient, order: Order) -> None:
    told = body_of(client.post(f"orders/{order.pk}/confirm"))
    assert (told["review"], told["is_counted"]) == ("confirmed", True)
    fine = make_order(acme.system())
    refused = client.post(f"orders/{fine.pk}/confirm", {})
    assert (refused.status_code, body_of(refused)["code"]) == (409, "not_flagged")


def test_an_order_is_taken_out_and_brought_back(client: ApiClient, order: Order) -> None:
    gone = client.post(f"orders/{order.pk}/remove", {"reason": "A test."})
    assert body_of(gone)["removed_at"] is not None
    back = client.post(f"orders/{order.pk}/restore", {})
    assert body_of(back)["removed_at"] is None


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("link", {}, "customer_id"),
        ("link", {"customer_id": 7}, "customer_id"),
        ("unlink", {"reason": "x"}, "reason"),
        ("confirm", {"sure": True}, "sure"),
        ("remove", {}, "reason"),
        ("remove", {"reason": " "}, "reason"),
        ("remove", {"reason": "x" * 501}, "reason"),
        ("restore", {"to": "life"}, "to"),
    ],
)
def test_bad_decisions(
    client: ApiClient, order: Order, step: str, body: dict[str, Any], field: str
) -> None:
    response = client.post(f"orders/{order.pk}/{step}", body)
    assert response.status_code == 400
    assert [error["field"] for error in body_of(response)["errors"]] == [field]
