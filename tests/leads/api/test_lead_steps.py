"""Status, owner, customer and history of a lead by the REST API."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from leads.api.lead_rows import LeadEventOut, event_row
from leads.models import Lead, LeadEvent
from tests.factories.api_clients import ApiClient, client_of_staff, client_with_key
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World

SCOPES = ["leads:read", "leads:write"]


def body_of(response: Any) -> Any:
    return json.loads(response.content)


def fields_of(response: Any) -> set[str]:
    return {error["field"] for error in body_of(response)["errors"]}


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, SCOPES)


@pytest.fixture
def lead(acme: World) -> Lead:
    return make_lead(acme.actor(), branch=acme.north)


def later() -> str:
    return (timezone.now() + timedelta(days=2)).isoformat()


def test_a_lead_goes_through_all_statuses(client: ApiClient, lead: Lead) -> None:
    steps: list[dict[str, Any]] = [
        {"status": "working"},
        {"status": "pending", "follow_up_at": later(), "remarks": "Asks at home."},
        {"status": "qualified", "follow_up_at": later()},
        {"status": "disqualified", "reason": "Wrong number."},
        {"status": "new"},
        {"status": "lost", "reason": "Bought elsewhere."},
        {"status": "won"},
    ]
    tag = client.get(f"leads/{lead.pk}")["ETag"]
    for attempt, step in enumerate(steps, start=1):
        response = client.post(f"leads/{lead.pk}/status", step, If_Match=tag)
        assert response.status_code == 200, response.content
        told, tag = body_of(response), response["ETag"]
        assert (told["status"], told["attempts"]) == (step["status"], attempt)
        assert told["reason"] == step.get("reason", "")
    assert told["is_open"] is False
    assert told["closed_at"] is not None
    lead.refresh_from_db()
    assert lead.customer is not None
    assert lead.customer.lifecycle_stage == "customer"


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ({"status": "pending"}, {"follow_up_at", "remarks"}),
        ({"status": "lost"}, {"reason"}),
        ({"status": "disqualified", "reason": " "}, {"reason"}),
        ({"status": "won", "follow_up_at": "2027-05-01T09:30:00Z"}, {"follow_up_at"}),
        ({"status": "working", "reason": "x"}, {"reason"}),
        ({"status": "fresh"}, {"status"}),
        ({}, {"status"}),
        ({"status": "won", "follow_up": None}, {"follow_up"}),
    ],
)
def test_each_status_asks_for_its_fields(
    client: ApiClient, lead: Lead, step: dict[str, Any], fields: set[str]
) -> None:
    response = client.post(f"leads/{lead.pk}/status", step, If_Match='"v1"')
    assert (response.status_code, fields_of(response)) == (400, fields)


def test_a_status_is_changed_by_version(client: ApiClient, lead: Lead) -> None:
    path, step = f"leads/{lead.pk}/status", {"status": "working"}
    assert client.post(path, step).status_code == 428
    assert client.post(path, step, If_Match='"v2"').status_code == 412
    assert client.post(path, step, If_Match='"v1"').status_code == 200


def test_reopening_beside_another_open_lead_names_it(acme: World, client: ApiClient) -> None:
    person = make_customer(acme.actor())
    lead = make_lead(acme.actor(), branch=acme.north, customer=person)
    closed = client.post(f"leads/{lead.pk}/status", {"status": "won"}, If_Match='"v1"')
    second = make_lead(acme.actor(), branch=acme.north, customer=person)
    again = client.post(f"leads/{lead.pk}/status", {"status": "working"}, If_Match=closed["ETag"])
    assert again.status_code == 409
    assert (body_of(again)["code"], body_of(again)["lead_id"]) == ("open_lead", str(second.pk))


def test_a_lead_is_given_to_somebody_of_its_branch(
    acme: World, client: ApiClient, lead: Lead
) -> None:
    path, owner = f"leads/{lead.pk}/assign", acme.staff[Role.RELATIONSHIP_MANAGER]
    response = client.post(path, {"owner_id": str(owner.pk)})
    assert (response.status_code, body_of(response)["owner_id"]) == (200, str(owner.pk))
    assert body_of(response)["status"] == "new"
    assert body_of(client.post(path, {"owner_id": None}))["owner_id"] is None
    of_south = StaffMember.objects.get(role=owner.role, branch=acme.south)
    for wrong in (of_south.pk, acme.staff[Role.FINANCE].pk, uuid4()):
        refused = client.post(path, {"owner_id": str(wrong)})
        assert (refused.status_code, fields_of(refused)) == (400, {"owner_id"})
    assert fields_of(client.post(path, {})) == {"owner_id"}


def test_a_role_that_may_not_assign(acme: World, lead: Lead) -> None:
    mine = client_of_staff(acme, Role.MANAGER)
    row = StaffMember.objects.filter(pk=acme.staff[Role.MANAGER].pk)
    row.update(role=Role.RECEPTIONIST, branch=acme.north)
    response = mine.post(f"leads/{lead.pk}/assign", {"owner_id": None})
    assert (response.status_code, body_of(response)["code"]) == (403, "forbidden")


def test_a_lead_is_linked_once(acme: World, globex: World, client: ApiClient) -> None:
    lead = make_legacy_lead(acme.north, typed="call me", name="Ana")
    person, other = make_customer(acme.actor()), make_customer(acme.actor())
    with globex.inside():
        foreign = make_customer(globex.actor())
    with acme.inside():
        path = f"leads/{lead.pk}/link"
        for wrong in (foreign.pk, uuid4()):
            refused = client.post(path, {"customer_id": str(wrong)})
            assert (refused.status_code, fields_of(refused)) == (400, {"customer_id"})
        for _ in range(2):
            response = client.post(path, {"customer_id": str(person.pk)})
            assert (response.status_code, body_of(response)["customer_id"]) == (
                200,
                str(person.pk),
            )
        taken = client.post(path, {"customer_id": str(other.pk)})
        assert (taken.status_code, body_of(taken)["code"]) == (409, "already_linked")


def test_steps_need_the_scope(acme: World, lead: Lead) -> None:
    reader = client_with_key(acme, ["leads:read"])
    for step in ("status", "assign", "link"):
        response = reader.post(f"leads/{lead.pk}/{step}", {}, If_Match='"v1"')
        assert (response.status_code, body_of(response)["code"]) == (403, "insufficient_scope")
    writer = client_with_key(acme, ["leads:write"])
    assert writer.get(f"leads/{lead.pk}/events").status_code == 403


def test_the_history_is_paged(client: ApiClient, lead: Lead) -> None:
    client.post(f"leads/{lead.pk}/status", {"status": "working"}, If_Match='"v1"')
    client.post(f"leads/{lead.pk}/status", {"status": "lost", "reason": "Gone."}, If_Match='"v2"')
    first = body_of(client.get(f"leads/{lead.pk}/events?limit=2"))
    told = [(row["kind"], row["new_status"], row["attempt"]) for row in first["results"]]
    assert told == [("status_changed", "lost", 2), ("status_changed", "working", 1)]
    assert first["results"][0]["data"] == {"reason": "Gone."}
    rest = body_of(client.get(first["next"].partition("/api/v1/")[2]))
    assert [row["kind"] for row in rest["results"]] == ["created"]
    row = event_row(LeadEvent.objects.filter(lead=lead).latest("id"))
    assert list(row) == list(LeadEventOut(row).data)


def test_the_history_takes_two_queries_of_its_own(
    client: ApiClient, lead: Lead, django_assert_num_queries: Any
) -> None:
    client.get(f"leads/{lead.pk}/events")
    with django_assert_num_queries(9):
        client.get(f"leads/{lead.pk}/events")


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "kind=created"])
def test_a_bad_page_of_the_history(client: ApiClient, lead: Lead, query: str) -> None:
    assert client.get(f"leads/{lead.pk}/events?{query}").status_code == 400
