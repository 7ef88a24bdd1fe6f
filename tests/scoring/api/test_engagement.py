"""Scores by the REST API: one customer's, how it came about, the ranking, the rules."""

import json
from typing import Any
from uuid import uuid4

import pytest

from crm.models import StaffMember
from crm.roles import Role
from customers.models import Customer
from customers.services.merge import merge_customers
from customers.services.removal import delete_customer
from scoring.api.engagement_views import EngagementOut, engagement_row
from scoring.api.ranking_views import RankedOut
from scoring.selectors.living import living_worth
from scoring.services.rules import activate_rules, draft_rules
from tests.factories.api_clients import ApiClient, client_of_staff, client_with_key
from tests.factories.customers import make_customer
from tests.scoring.scored import noon, place_order
from tests.worlds import World

SCOPES = ["scores:read"]


def body_of(response: Any) -> Any:
    return json.loads(response.content)


def fields_of(response: Any) -> list[str]:
    return [error["field"] for error in body_of(response)["errors"]]


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, SCOPES)


@pytest.fixture
def ana(acme: World) -> Customer:
    person = make_customer(acme.actor(), name="Ana Souza")
    place_order(person, net="60.00", at=noon(days_ago=40))
    place_order(person, net="120.50", at=noon(days_ago=12))
    return person


def test_a_score_is_explained(client: ApiClient, ana: Customer) -> None:
    response = client.get(f"customers/{ana.pk}/engagement")
    assert response.status_code == 200, response.content
    told = body_of(response)
    points = [(reason["points"], reason["weight"]) for reason in told["reasons"]]
    assert told["score"] == sum(one * weight for one, weight in points)
    assert [reason["fact"] for reason in told["reasons"]] == [
        "Last order 12 days ago",
        "2 orders",
        "180.50 AUD net",
    ]
    assert (told["net"], told["currency"], told["orders"]) == ("180.50", "AUD", 2)
    assert (told["activity"], told["merged_from"], told["rule_set_version"]) == (
        "active",
        None,
        None,
    )
    again = client.get(f"customers/{ana.pk}/engagement", If_None_Match=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_the_document_says_what_is_shown(acme: World, client: ApiClient, ana: Customer) -> None:
    row = engagement_row(*living_worth(actor=acme.system(), customer_id=ana.pk), "AUD")
    assert list(row) == list(EngagementOut(row).data)
    (ranked,) = body_of(client.get("ranking"))["results"]
    assert list(ranked) == list(RankedOut(ranked).data)


def test_the_ledger_adds_up(client: ApiClient, ana: Customer) -> None:
    score = body_of(client.get(f"customers/{ana.pk}/engagement"))["score"]
    first = body_of(client.get(f"customers/{ana.pk}/score-changes?limit=1"))
    assert first["customer_id"] == str(ana.pk)
    (newest,) = first["results"]
    assert (newest["cause"], newest["score_after"]) == ("order", score)
    (oldest,) = body_of(client.get(first["next"].partition("/api/v1/")[2]))["results"]
    assert (oldest["score_before"], oldest["score_after"]) == (6, newest["score_before"])


def test_a_merged_id_answers_with_the_survivor(
    acme: World, client: ApiClient, ana: Customer
) -> None:
    rui = make_customer(acme.actor())
    merge_customers(actor=acme.actor(Role.MANAGER), survivor_id=rui.pk, others=[ana.pk])
    for part in ("engagement", "score-changes"):
        told = body_of(client.get(f"customers/{ana.pk}/{part}"))
        assert (told["customer_id"], told["merged_from"]) == (str(rui.pk), str(ana.pk))
    assert body_of(client.get(f"customers/{ana.pk}/engagement"))["net"] == "180.50"
    delete_customer(actor=acme.actor(Role.MANAGER), customer_id=rui.pk, reason="Left.")
    for part in ("engagement", "score-changes"):
        assert client.get(f"customers/{ana.pk}/{part}").status_code == 404
        assert client.get(f"customers/{rui.pk}/{part}").status_code == 404


def test_customers_are_ranked(acme: World, client: ApiClient, ana: Customer) -> None:
    rui = make_customer(acme.actor(), name="Rui Souza")

    def ranked(query: str) -> list[str]:
        response = client.get(f"ranking?{query}")
        assert response.status_code == 200, response.content
        return [row["full_name"] for row in body_of(response)["results"]]

    both = [ana.full_name, rui.full_name]
    assert ranked("") == both
    assert ranked("sort=net") == both
    assert ranked("sort=last_order") == both[:1]
    assert ranked("activity=new") == both[1:]
    assert ranked("band=hot") == []
    assert ranked("recency=5&frequency=2") == both[:1]
    assert ranked(f"segment={uuid4()}") == []
    assert ranked("quintile=champions") == []
    page = body_of(client.get("ranking?limit=1"))
    rest = body_of(client.get(page["next"].partition("/api/v1/")[2]))
    assert [row["code"] for row in page["results"] + rest["results"]] == [ana.code, rui.code]


@pytest.mark.parametrize(
    "query",
    [
        "band=tepid",
        "activity=yes",
        "segment=vip",
        "recency=6",
        "frequency=0",
        "recency=٣",
        "sort=name",
        "x=1",
    ],
)
def test_filters_are_closed(client: ApiClient, query: str) -> None:
    response = client.get(f"ranking?{query}")
    assert (response.status_code, fields_of(response)) == (400, [query.partition("=")[0]])


def test_reads_take_few_queries(
    client: ApiClient, ana: Customer, django_assert_num_queries: Any
) -> None:
    client.get("ranking")
    # besides: savepoint, key and company, release; the test's own company, four
    with django_assert_num_queries(9):  # the score with its customer, the rules
        client.get(f"customers/{ana.pk}/engagement")
    with django_assert_num_queries(9):  # the customer, the ledger
        client.get(f"customers/{ana.pk}/score-changes")
    with django_assert_num_queries(9):  # the scores with customers, their main contacts
        client.get("ranking")
    with django_assert_num_queries(8):
        client.get("rule-sets")


def test_rules_are_read(acme: World, client: ApiClient, globex: World) -> None:
    with acme.inside():
        rules = draft_rules(actor=acme.actor(Role.ADMIN), values={"hot_from": 25})
        activate_rules(actor=acme.actor(Role.ADMIN), rule_set_id=rules.pk)
        (told,) = body_of(client.get("rule-sets"))["results"]
        assert (told["version"], told["is_active"], told["hot_from"]) == (1, True, 25)
        assert told["monetary"] == ["1000.00", "500.00", "200.00", "50.00"]
        assert body_of(client.get(f"rule-sets/{rules.pk}")) == told
    stranger = client_with_key(globex, SCOPES)
    foreign, missing = (stranger.get(f"rule-sets/{one}") for one in (rules.pk, uuid4()))
    assert (foreign.status_code, foreign.content) == (404, missing.content)


def test_a_stranger_and_nobody_get_the_same_answer(globex: World, ana: Customer) -> None:
    stranger = client_with_key(globex, SCOPES)
    for part in ("engagement", "score-changes"):
        foreign, missing = (stranger.get(f"customers/{one}/{part}") for one in (ana.pk, uuid4()))
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert foreign.content == missing.content
    assert body_of(stranger.get("ranking"))["results"] == []


def test_scopes_and_roles(acme: World, ana: Customer) -> None:
    other = client_with_key(acme, ["customers:read", "orders:read", "segments:read"])
    paths = (
        f"customers/{ana.pk}/engagement",
        f"customers/{ana.pk}/score-changes",
        "ranking",
        "rule-sets",
        f"rule-sets/{uuid4()}",
    )
    for path in paths:
        response = other.get(path)
        assert (response.status_code, body_of(response)["code"]) == (403, "insufficient_scope")
    mine = client_of_staff(acme, Role.MANAGER)
    StaffMember.objects.filter(pk=acme.staff[Role.MANAGER].pk).update(role=Role.SERVICE)
    assert [mine.get(path).status_code for path in paths] == [200, 200, 200, 403, 403]
