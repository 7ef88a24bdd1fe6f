"""Leads by the REST API: the list, one lead, a new one, and its details."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from customers.services.merge import merge_customers
from leads.api.lead_rows import LeadOut, lead_row
from leads.models import Lead, LeadSource
from leads.models.lead import LeadStatus
from tests.factories.api_clients import ApiClient, client_of_staff, client_with_key
from tests.factories.customers import make_customer, next_phone
from tests.factories.leads import make_lead, make_legacy_lead
from tests.worlds import World

SCOPES = ["leads:read", "leads:write"]


def body_of(response: Any) -> Any:
    return json.loads(response.content)


def ids_of(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in body_of(response)["results"]]


def fields_of(response: Any) -> list[str]:
    return [error["field"] for error in body_of(response)["errors"]]


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, SCOPES)


@pytest.fixture
def lead(acme: World) -> Lead:
    return make_lead(acme.actor(), branch=acme.north)


def as_staff(acme: World, role: Role) -> ApiClient:
    """A token of a manager who has become something else since."""
    manager = client_of_staff(acme, Role.MANAGER)
    row = StaffMember.objects.filter(pk=acme.staff[Role.MANAGER].pk)
    row.update(role=role, branch=acme.north)
    return manager


def test_the_document_says_what_is_shown(acme: World, lead: Lead) -> None:
    row = lead_row(Lead.objects.get(pk=lead.pk))
    documented = LeadOut(row).data
    assert list(row) == list(documented)
    assert {name: str(value) for name, value in documented.items()}["id"] == str(row["id"])


def test_a_lead_is_read_with_its_etag(client: ApiClient, lead: Lead) -> None:
    response = client.get(f"leads/{lead.pk}")
    assert response.status_code == 200
    told = body_of(response)
    assert (told["id"], told["status"], told["is_open"]) == (str(lead.pk), "new", True)
    assert told["received_at"].endswith("Z")
    again = client.get(f"leads/{lead.pk}", If_None_Match=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Lead.objects.filter(pk=lead.pk).update(last_activity_at=timezone.now())
    assert client.get(f"leads/{lead.pk}", If_None_Match=response["ETag"]).status_code == 200


def test_a_read_takes_one_query_of_its_own(
    client: ApiClient, lead: Lead, django_assert_num_queries: Any
) -> None:
    client.get(f"leads/{lead.pk}")
    # besides: savepoint, key and company, release; the test's own company, four
    with django_assert_num_queries(8):
        client.get(f"leads/{lead.pk}")


def test_a_list_takes_one_query_of_its_own(
    acme: World, client: ApiClient, lead: Lead, django_assert_num_queries: Any
) -> None:
    make_lead(acme.actor(), branch=acme.north)
    client.get("leads")
    with django_assert_num_queries(8):
        assert len(ids_of(client.get("leads"))) == 2


def test_the_list_is_filtered_and_paged(acme: World, client: ApiClient) -> None:
    person = make_customer(acme.actor())
    source = LeadSource.objects.get(name="Phone")
    north = make_lead(acme.actor(), branch=acme.north, customer=person, source_id=source.pk)
    south = make_lead(acme.actor(Role.MANAGER), branch=acme.south)
    legacy = make_legacy_lead(acme.south, phone=next_phone(), status=LeadStatus.LOST)
    for query, wanted in {
        f"branch={acme.north.pk}": [north],
        f"source={source.pk}": [north],
        f"customer={person.pk}": [north],
        "status=lost": [legacy],
        "status=open&owner=unassigned": [south, north],
        "without_customer=true": [legacy],
        "received_from=2999-01-01": [],
        "received_to=2020-01-01": [],
        "follow_up=due": [],
        "owner=me": [],
        "sort=follow_up": [],
    }.items():
        assert ids_of(client.get(f"leads?{query}")) == [str(one.pk) for one in wanted], query
    first = client.get("leads?limit=2")
    assert ids_of(first) == [str(legacy.pk), str(south.pk)]
    second = client.get(body_of(first)["next"].partition("/api/v1/")[2])
    assert ids_of(second) == [str(north.pk)]


def test_a_merged_customer_means_the_survivor(acme: World, client: ApiClient) -> None:
    ana, rui = make_customer(acme.actor()), make_customer(acme.actor())
    lead = make_lead(acme.actor(), branch=acme.north, customer=ana)
    merge_customers(actor=acme.actor(Role.MANAGER), survivor_id=rui.pk, others=[ana.pk])
    for one in (ana, rui):
        assert ids_of(client.get(f"leads?customer={one.pk}")) == [str(lead.pk)]
    assert body_of(client.get(f"leads/{lead.pk}"))["customer_id"] == str(rui.pk)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=gone", "status"),
        ("branch=7", "branch"),
        ("owner=nobody", "owner"),
        ("without_customer=yes", "without_customer"),
        ("received_from=yesterday", "received_from"),
        ("received_to=9999-12-31", "received_to"),
        ("sort=phone", "sort"),
        ("phone=0412", "phone"),
    ],
)
def test_filters_are_closed(client: ApiClient, query: str, field: str) -> None:
    response = client.get(f"leads?{query}")
    assert response.status_code == 400
    assert fields_of(response) == [field]


def test_a_new_lead_finds_or_makes_its_customer(acme: World, client: ApiClient) -> None:
    known = make_customer(acme.actor(), name="Ana Souza")
    phone = known.contact_points.get().value
    body = {"branch_id": str(acme.north.pk), "phone": phone, "interest": "City hatchback"}
    response = client.post("leads", body)
    assert response.status_code == 201, response.content
    told = body_of(response)
    assert told["customer_id"] == str(known.pk)
    assert client.get(response["Location"].partition("/api/v1/")[2]).json() == told
    assert response["ETag"].startswith('"v1-')
    known.refresh_from_db()
    assert known.lifecycle_stage == "lead"  # the rule acts, though the key may not choose a stage
    new = client.post("leads", {**body, "phone": next_phone(), "full_name": "Lee Marsh"})
    assert Customer.objects.get(pk=body_of(new)["customer_id"]).full_name == "Lee Marsh"


def test_a_second_open_lead_is_refused_by_the_id_of_the_first(
    acme: World, client: ApiClient
) -> None:
    person = make_customer(acme.actor())
    lead = make_lead(acme.actor(), branch=acme.north, customer=person)
    body = {"branch_id": str(acme.north.pk), "customer_id": str(person.pk)}
    response = client.post("leads", body)
    assert response.status_code == 409
    assert (body_of(response)["code"], body_of(response)["lead_id"]) == ("open_lead", str(lead.pk))
    other = client.post("leads", {**body, "branch_id": str(acme.south.pk)})
    assert other.status_code == 201


def test_what_a_source_sends_again_is_known(acme: World, client: ApiClient) -> None:
    source = LeadSource.objects.get(name="Phone")
    body = {
        "branch_id": str(acme.north.pk),
        "phone": next_phone(),
        "source_id": str(source.pk),
        "external_id": "call-7",
        "raw": {"agent": 12},
    }
    first, second = client.post("leads", body), client.post("leads", body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert body_of(first)["id"] == body_of(second)["id"]
    south = client_with_key(acme, SCOPES, branch_ids=[acme.south.pk])
    foreign = south.post("leads", {**body, "branch_id": str(acme.south.pk)})
    assert (foreign.status_code, body_of(foreign)["code"]) == (409, "received_before")
    assert "lead_id" not in body_of(foreign)


def test_a_shared_number_asks_who_it_is(acme: World, client: ApiClient) -> None:
    phone = next_phone()
    people = [
        make_customer(acme.actor(), phone=phone, name=name, share=True)
        for name in ("Ana Souza", "Rui Souza")
    ]
    response = client.post("leads", {"branch_id": str(acme.north.pk), "phone": phone})
    assert response.status_code == 409
    told = body_of(response)
    assert told["code"] == "choose_customer"
    assert set(told["candidates"]) == {str(one.pk) for one in people}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"branch_id": str(uuid4())}, "branch_id"),
        ({"branch_id": None}, "branch_id"),
        ({"source_id": str(uuid4())}, "source_id"),
        ({"owner_id": str(uuid4())}, "owner_id"),
        ({"customer_id": str(uuid4())}, "customer_id"),
        ({"full_name": "x" * 201}, "full_name"),
        ({"full_nmae": "x"}, "full_nmae"),
        ({"interest": 7}, "interest"),
        ({"unless_alike": "yes"}, "unless_alike"),
        ({"raw": []}, "raw"),
    ],
)
def test_a_new_lead_with_bad_values(
    acme: World, client: ApiClient, changes: dict[str, Any], field: str
) -> None:
    good = {"branch_id": str(acme.north.pk), "phone": next_phone()}
    response = client.post("leads", {**good, **changes})
    assert response.status_code == 400, response.content
    assert fields_of(response) == [field]


@pytest.mark.parametrize("body", [[], "x", None, 7])
def test_a_body_that_is_no_object(client: ApiClient, lead: Lead, body: Any) -> None:
    raw = client._client.post(
        "/api/v1/leads",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {client.token}"},
    )
    assert raw.status_code == 400
    patch = client.patch(f"leads/{lead.pk}", [], If_Match='"v1"')
    assert patch.status_code == 400


def test_details_are_edited_by_version(client: ApiClient, lead: Lead) -> None:
    read = client.get(f"leads/{lead.pk}")
    changes = {"full_name": "Leah Marsh", "remarks": "Calls\nafter five", "email": "L@x.example"}
    response = client.patch(f"leads/{lead.pk}", changes, If_Match=read["ETag"])
    assert response.status_code == 200, response.content
    told = body_of(response)
    assert (told["full_name"], told["email"], told["version"]) == ("Leah Marsh", "l@x.example", 2)
    assert response["ETag"] == client.get(f"leads/{lead.pk}")["ETag"]
    stale = client.patch(f"leads/{lead.pk}", {"remarks": ""}, If_Match=read["ETag"])
    assert (stale.status_code, body_of(stale)["code"]) == (412, "stale_version")
    assert client.patch(f"leads/{lead.pk}", {"remarks": ""}).status_code == 428
    emptied = client.patch(f"leads/{lead.pk}", {"remarks": ""}, If_Match=response["ETag"])
    assert body_of(emptied)["remarks"] == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "won"}, "status"),
        ({"phone": "12"}, "phone"),
        ({"follow_up_at": "2027-05-01T09:30"}, "follow_up_at"),
        ({"follow_up_at": "0001-01-01T00:00:00+14:00"}, "follow_up_at"),
        ({"follow_up_at": "2020-01-01T00:00:00Z"}, "follow_up_at"),
        ({"source_id": str(uuid4())}, "source_id"),
    ],
)
def test_bad_details(client: ApiClient, lead: Lead, changes: dict[str, Any], field: str) -> None:
    response = client.patch(f"leads/{lead.pk}", changes, If_Match='"v1"')
    assert (response.status_code, fields_of(response)) == (400, [field])


def test_a_stranger_and_nobody_get_the_same_answer(globex: World, lead: Lead) -> None:
    stranger = client_with_key(globex, SCOPES)
    later = (timezone.now() + timedelta(days=1)).isoformat()
    calls: list[tuple[str, str, Any]] = [
        ("get", "", None),
        ("patch", "", {"remarks": "x", "follow_up_at": later}),
        ("post", "/status", {"status": "working"}),
        ("post", "/assign", {"owner_id": None}),
        ("post", "/link", {"customer_id": str(uuid4())}),
        ("get", "/events", None),
    ]
    for method, path, body in calls:
        answers = []
        for lead_id in (lead.pk, uuid4()):
            call = getattr(stranger, method)
            arguments = [f"leads/{lead_id}{path}", *([body] if body else [])]
            answers.append(call(*arguments, If_Match='"v1"'))
        assert [one.status_code for one in answers] == [404, 404], path
        assert answers[0].content == answers[1].content
    assert ids_of(stranger.get("leads")) == []


def test_a_key_of_one_branch_sees_that_branch(acme: World, lead: Lead) -> None:
    south = client_with_key(acme, SCOPES, branch_ids=[acme.south.pk])
    there = make_lead(acme.actor(Role.MANAGER), branch=acme.south)
    assert ids_of(south.get("leads")) == [str(there.pk)]
    assert south.get(f"leads/{lead.pk}").status_code == 404
    assert south.get(f"leads/{lead.pk}/events").status_code == 404
    edit = south.patch(f"leads/{lead.pk}", {"remarks": "x"}, If_Match='"v1"')
    moved = south.post(f"leads/{lead.pk}/status", {"status": "won"}, If_Match='"v1"')
    assert (edit.status_code, moved.status_code) == (404, 404)
    refused = south.post("leads", {"branch_id": str(acme.north.pk), "phone": next_phone()})
    assert (refused.status_code, fields_of(refused)) == (400, ["branch_id"])
    own = south.post("leads", {"phone": next_phone()})
    assert (own.status_code, body_of(own)["branch_id"]) == (201, str(acme.south.pk))


def test_scopes(acme: World, lead: Lead) -> None:
    reader = client_with_key(acme, ["leads:read"])
    assert reader.get("leads").status_code == 200
    for response in (
        reader.post("leads", {}),
        reader.patch(f"leads/{lead.pk}", {}, If_Match='"v1"'),
        client_with_key(acme, ["leads:write"]).get("leads"),
        client_with_key(acme, ["leads:write"]).get(f"leads/{lead.pk}"),
    ):
        assert (response.status_code, body_of(response)["code"]) == (403, "insufficient_scope")


def test_a_personal_token_reaches_as_far_as_the_role(acme: World, lead: Lead) -> None:
    mine = as_staff(acme, Role.RELATIONSHIP_MANAGER)
    assert mine.get(f"leads/{lead.pk}").status_code == 404
    Lead.objects.filter(pk=lead.pk).update(owner=acme.staff[Role.MANAGER])
    assert ids_of(mine.get("leads?owner=me")) == [str(lead.pk)]
    finance = as_staff(acme, Role.FINANCE)
    assert finance.get(f"leads/{lead.pk}").status_code == 200
    refused = finance.patch(f"leads/{lead.pk}", {"remarks": "x"}, If_Match='"v1"')
    assert (refused.status_code, body_of(refused)["code"]) == (403, "forbidden")


def test_sources_are_listed(acme: World, globex: World) -> None:
    rows = body_of(client_with_key(acme, ["staff:read"]).get("lead-sources"))["results"]
    assert [(row["name"], row["kind"]) for row in rows] == [
        ("Phone", "telephony"),
        ("Walk-in", "walk_in"),
    ]
    theirs = body_of(client_with_key(globex, ["staff:read"]).get("lead-sources"))["results"]
    assert not {row["id"] for row in rows} & {row["id"] for row in theirs}
    assert client_with_key(acme, SCOPES).get("lead-sources").status_code == 403
