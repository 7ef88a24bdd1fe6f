"""Walk-ins by the REST API, with the names of the seed's endpoint."""

import json
from typing import Any
from uuid import uuid4

import pytest

from crm.models import StaffMember
from crm.roles import Role
from leads.models import Lead
from tests.factories.api_clients import ApiClient, client_of_staff, client_with_key
from tests.factories.customers import make_customer, next_phone
from tests.worlds import World

SCOPES = ["leads:write"]
PATH = "walkins/create"


def body_of(response: Any) -> Any:
    return json.loads(response.content)


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, SCOPES)


def test_the_first_visit_makes_a_lead_and_the_next_is_attached(
    acme: World, client: ApiClient
) -> None:
    owner = acme.staff[Role.RELATIONSHIP_MANAGER]
    body = {
        "phone": next_phone(),
        "fullName": "Ana Souza",
        "branchId": str(acme.north.pk),
        "model": "City hatchback",
        "remarks": "Looks around.",
    }
    first = client.post(PATH, body)
    assert first.status_code == 201, first.content
    told = body_of(first)
    assert (told["created"], told["action"]) == (True, "created_new_lead")
    assert told["customer"]["full_name"] == "Ana Souza"
    assert told["customer"]["lifecycle_stage"] == "lead"
    assert told["lead"]["customer_id"] == told["customer"]["id"]
    second = client.post(
        PATH, {"phone": body["phone"], "branchId": body["branchId"], "rmMemberId": str(owner.pk)}
    )
    assert second.status_code == 200
    again = body_of(second)
    assert (again["created"], again["action"]) == (False, "attached_to_existing")
    assert again["lead"]["id"] == told["lead"]["id"]
    assert again["lead"]["remarks"] == "Looks around."
    assert again["lead"]["owner_id"] == str(owner.pk)
    assert first["Location"] == second["Location"]
    elsewhere = client.post(PATH, {"phone": body["phone"], "branchId": str(acme.south.pk)})
    assert elsewhere.status_code == 201
    assert body_of(elsewhere)["customer"]["id"] == told["customer"]["id"]


def test_the_same_key_twice_is_one_visit(acme: World, client: ApiClient) -> None:
    body = {"phone": next_phone(), "branchId": str(acme.north.pk)}
    first = client.post(PATH, body, Idempotency_Key="visit-1")
    second = client.post(PATH, body, Idempotency_Key="visit-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert Lead.objects.get().events.count() == 1


def test_a_shared_number_asks_who_it_is(acme: World, client: ApiClient) -> None:
    phone = next_phone()
    people = [
        make_customer(acme.actor(), phone=phone, name=name, share=True)
        for name in ("Ana Souza", "Rui Souza")
    ]
    body = {"phone": phone, "branchId": str(acme.north.pk)}
    asks = client.post(PATH, body)
    assert (asks.status_code, body_of(asks)["code"]) == (409, "choose_customer")
    chosen = client.post(PATH, {**body, "customerId": str(people[1].pk)})
    assert body_of(chosen)["customer"]["id"] == str(people[1].pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "123"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"branchId": str(uuid4())}, "branchId"),
        ({"branchId": 7}, "branchId"),
        ({"rmMemberId": str(uuid4())}, "rmMemberId"),
        ({"sourceId": str(uuid4())}, "sourceId"),
        ({"customerId": str(uuid4())}, "customerId"),
        ({"fullName": "x" * 201}, "fullName"),
        ({"remarks": "x" * 1001}, "remarks"),
        ({"full_name": "Ana"}, "full_name"),
    ],
)
def test_bad_values_are_named_as_they_were_sent(
    acme: World, client: ApiClient, changes: dict[str, Any], field: str
) -> None:
    good = {"phone": next_phone(), "branchId": str(acme.north.pk)}
    response = client.post(PATH, {**good, **changes})
    assert response.status_code == 400, response.content
    assert [error["field"] for error in body_of(response)["errors"]] == [field]
    assert not Lead.objects.exists()


def test_another_company_s_branch_is_no_branch(acme: World, globex: World) -> None:
    stranger = client_with_key(globex, SCOPES)
    answers = [
        stranger.post(PATH, {"phone": "+919812000001", "branchId": str(branch_id)})
        for branch_id in (acme.north.pk, uuid4())
    ]
    assert [one.status_code for one in answers] == [400, 400]
    assert answers[0].content == answers[1].content


def test_keys_and_roles(acme: World) -> None:
    body = {"phone": next_phone(), "branchId": str(acme.north.pk)}
    reader = client_with_key(acme, ["leads:read"])
    assert body_of(reader.post(PATH, body))["code"] == "insufficient_scope"
    south = client_with_key(acme, SCOPES, branch_ids=[acme.south.pk])
    assert south.post(PATH, body).status_code == 400
    assert south.post(PATH, {"phone": body["phone"]}).status_code == 201
    finance = client_of_staff(acme, Role.MANAGER)
    StaffMember.objects.filter(pk=acme.staff[Role.MANAGER].pk).update(role=Role.FINANCE)
    refused = finance.post(PATH, body)
    assert (refused.status_code, body_of(refused)["code"]) == (403, "forbidden")
