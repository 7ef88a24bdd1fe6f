"""Segments by the REST API: which there are, who is in them, and who decides."""

import json
from typing import Any
from uuid import uuid4

import pytest

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from customers.services.merge import merge_customers
from scoring.api.segment_views import MemberOut, PlaceOut
from scoring.models import Segment
from scoring.services.membership import evaluate_segment
from scoring.services.segments import create_segment, set_segment_active
from tests.factories.api_clients import ApiClient, client_of_staff, client_with_key
from tests.factories.customers import make_customer
from tests.worlds import World

SCOPES = ["segments:read", "segments:write"]
BY_CITY = {"all": [{"field": "city", "op": "is", "value": "Hobart"}]}


def body_of(response: Any) -> Any:
    return json.loads(response.content)


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, SCOPES)


@pytest.fixture
def segment(acme: World) -> Segment:
    return create_segment(actor=acme.actor(Role.MANAGER), name="Friends")


@pytest.fixture
def ana(acme: World) -> Customer:
    return make_customer(acme.actor(), name="Ana Souza")


def member_path(segment: Segment, customer: Customer) -> str:
    return f"segments/{segment.pk}/members/{customer.pk}"


def names_in(client: ApiClient, segment: Segment, query: str = "") -> list[str]:
    response = client.get(f"segments/{segment.pk}/members{query}")
    assert response.status_code == 200, response.content
    return [row["full_name"] for row in body_of(response)["results"]]


def test_segments_are_listed(acme: World, client: ApiClient, segment: Segment) -> None:
    (told,) = body_of(client.get("segments"))["results"]
    assert (told["slug"], told["members"], told["rules"]) == ("friends", 0, None)
    assert body_of(client.get(f"segments/{segment.pk}")) == told
    set_segment_active(actor=acme.actor(Role.MANAGER), segment_id=segment.pk, is_active=False)
    assert body_of(client.get("segments"))["results"] == []
    assert len(body_of(client.get("segments?with_inactive=true"))["results"]) == 1


def test_people_decide_who_is_in(client: ApiClient, segment: Segment, ana: Customer) -> None:
    path = member_path(segment, ana)
    assert client.get(path).status_code == 404
    added = client.put(path, {"how": "added"})
    assert added.status_code == 200, added.content
    told = body_of(added)
    assert (told["how"], told["is_member"], told["band"]) == ("added", True, "cold")
    assert list(told) == list(MemberOut(told).data)
    assert body_of(client.get(path)) == told
    assert names_in(client, segment) == ["Ana Souza"]
    kept = body_of(client.put(path, {"how": "kept_out"}))
    assert (kept["how"], kept["is_member"]) == ("kept_out", False)
    assert names_in(client, segment) == []
    assert names_in(client, segment, "?how=kept_out") == ["Ana Souza"]
    back = client.delete(path)
    assert (back.status_code, back.content) == (204, b"")
    again = client.delete(path)
    assert (again.status_code, body_of(again)["code"]) == (409, "conflict")


def test_a_customer_s_segments(
    acme: World, client: ApiClient, segment: Segment, ana: Customer
) -> None:
    client.put(member_path(segment, ana), {"how": "added"})
    told = body_of(client.get(f"customers/{ana.pk}/segments"))
    (place,) = told["results"]
    assert (place["slug"], place["how"], place["is_member"]) == ("friends", "added", True)
    assert list(place) == list(PlaceOut(place).data)
    rui = make_customer(acme.actor())
    merge_customers(actor=acme.actor(Role.MANAGER), survivor_id=rui.pk, others=[ana.pk])
    merged = body_of(client.get(f"customers/{ana.pk}/segments"))
    assert (merged["customer_id"], merged["merged_from"]) == (str(rui.pk), str(ana.pk))
    assert merged["results"][0]["how"] == "added"
    assert body_of(client.get(member_path(segment, ana)))["customer_id"] == str(rui.pk)
    refused = client.put(member_path(segment, ana), {"how": "added"})
    assert (refused.status_code, body_of(refused)["merged_into"]) == (409, str(rui.pk))


def test_members_are_paged(acme: World, client: ApiClient) -> None:
    for name in ("One", "Two", "Three"):
        make_customer(acme.actor(), name=name, city="Hobart")
    manager = acme.actor(Role.MANAGER)
    segment = create_segment(actor=manager, name="Hobart", rules=BY_CITY)
    evaluate_segment(actor=manager, segment_id=segment.pk)
    first = body_of(client.get(f"segments/{segment.pk}/members?limit=2&how=rule"))
    rest = body_of(client.get(first["next"].partition("/api/v1/")[2]))
    names = {row["full_name"] for row in first["results"] + rest["results"]}
    assert (names, len(rest["results"])) == ({"One", "Two", "Three"}, 1)


@pytest.mark.parametrize("body", [{}, {"how": "rule"}, {"how": 1}, {"how": "added", "x": 1}, []])
def test_a_bad_decision(client: ApiClient, segment: Segment, ana: Customer, body: Any) -> None:
    assert client.put(member_path(segment, ana), body).status_code == 400


@pytest.mark.parametrize("query", ["how=perhaps", "limit=0", "cursor=x", "name=Ana"])
def test_filters_are_closed(client: ApiClient, segment: Segment, query: str) -> None:
    assert client.get(f"segments/{segment.pk}/members?{query}").status_code == 400


def test_reads_take_few_queries(
    client: ApiClient, segment: Segment, ana: Customer, django_assert_num_queries: Any
) -> None:
    client.put(member_path(segment, ana), {"how": "added"})
    # besides: savepoint, key and company, release; the test's own company, four
    with django_assert_num_queries(8):
        client.get("segments")
    with django_assert_num_queries(8):
        client.get(f"segments/{segment.pk}")
    with django_assert_num_queries(10):  # segment, members, main contacts
        client.get(f"segments/{segment.pk}/members")
    with django_assert_num_queries(9):  # customer, member
        client.get(member_path(segment, ana))
    with django_assert_num_queries(9):
        client.get(f"customers/{ana.pk}/segments")


def test_a_stranger_and_nobody_get_the_same_answer(
    globex: World, segment: Segment, ana: Customer
) -> None:
    stranger = client_with_key(globex, SCOPES)
    with globex.inside():
        own = make_customer(globex.actor())
    calls: list[tuple[str, str, str, Any]] = [
        ("get", f"segments/{segment.pk}", f"segments/{uuid4()}", None),
        ("get", f"segments/{segment.pk}/members", f"segments/{uuid4()}/members", None),
        ("get", f"customers/{ana.pk}/segments", f"customers/{uuid4()}/segments", None),
        ("get", member_path(segment, own), f"segments/{uuid4()}/members/{own.pk}", None),
        (
            "put",
            member_path(segment, own),
            f"segments/{uuid4()}/members/{own.pk}",
            {"how": "added"},
        ),
        ("delete", member_path(segment, own), f"segments/{uuid4()}/members/{own.pk}", None),
    ]
    for method, foreign, missing, body in calls:
        call = getattr(stranger, method)
        answers = [call(path, *([body] if body else [])) for path in (foreign, missing)]
        assert [one.status_code for one in answers] == [404, 404], foreign
        assert answers[0].content == answers[1].content
    assert body_of(stranger.get("segments"))["results"] == []


def test_scopes_and_roles(acme: World, segment: Segment, ana: Customer) -> None:
    path = member_path(segment, ana)
    reader, writer = (client_with_key(acme, [scope]) for scope in SCOPES)
    for response in (
        reader.put(path, {"how": "added"}),
        reader.delete(path),
        writer.get("segments"),
        writer.get(f"segments/{segment.pk}"),
        writer.get(f"segments/{segment.pk}/members"),
        writer.get(path),
        writer.get(f"customers/{ana.pk}/segments"),
    ):
        assert (response.status_code, body_of(response)["code"]) == (403, "insufficient_scope")
    assert writer.put(path, {"how": "added"}).status_code == 200
    mine = client_of_staff(acme, Role.MANAGER)
    StaffMember.objects.filter(pk=acme.staff[Role.MANAGER].pk).update(role=Role.SERVICE)
    assert mine.get(path).status_code == 200
    refused = mine.put(path, {"how": "kept_out"})
    assert (refused.status_code, body_of(refused)["code"]) == (403, "forbidden")
