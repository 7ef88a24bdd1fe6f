"""The stream of changes by the REST API."""

import json
from typing import Any

import pytest
from django.utils import timezone

from crm.api.event_views import EventOut
from crm.change_events.purging import KEPT, purge_changes
from crm.models import ChangeEvent
from crm.roles import Role
from customers.services.merge import merge_customers
from customers.services.removal import delete_customer
from tests.factories.api_clients import ApiClient, client_with_key
from tests.factories.customers import make_customer
from tests.worlds import World


def body_of(response: Any) -> Any:
    assert response.status_code == 200, response.content
    return json.loads(response.content)


@pytest.fixture
def client(acme: World) -> ApiClient:
    return client_with_key(acme, ["events:read"])


def test_a_copy_is_kept_up_to_date(acme: World, client: ApiClient) -> None:
    ana, rui = (make_customer(acme.actor(), name=name) for name in ("Ana Souza", "Rui Souza"))
    manager = acme.actor(Role.MANAGER)
    merge_customers(actor=manager, survivor_id=rui.pk, others=[ana.pk])
    delete_customer(actor=manager, customer_id=rui.pk, reason="Asked us to.")
    told, after = [], 0
    while True:
        page = body_of(client.get(f"events?after={after}&limit=2&types=customer.*"))
        assert page["next_after"] >= after
        told += page["results"]
        after = page["next_after"]
        if not page["has_more"]:
            break
    types = [event["type"] for event in told]
    assert types[:2] == ["customer.created", "customer.created"]
    assert types[-1] == "customer.deleted"
    merged = next(event for event in told if event["type"] == "customer.merged")
    assert merged["data"]["survivor_id"] == str(rui.pk)
    assert merged["data"]["merged_ids"] == [str(ana.pk)]
    positions = [event["position"] for event in told]
    assert positions == sorted(set(positions))
    assert list(merged) == list(EventOut(merged).data)
    assert "Souza" not in json.dumps(told)
    rest = body_of(client.get(f"events?after={after}"))
    assert (rest["results"], rest["has_more"]) == ([], False)


def test_only_some_types(acme: World, client: ApiClient) -> None:
    make_customer(acme.actor())
    page = body_of(client.get("events?types=lead.*,order.created"))
    assert page["results"] == []
    assert page["next_after"] > 0


def test_what_is_gone_is_told(acme: World, client: ApiClient) -> None:
    for _ in range(2):
        make_customer(acme.actor())
    first = body_of(client.get("events?limit=1"))["next_after"]
    ChangeEvent.objects.update(occurred_at=timezone.now() - KEPT * 2)
    purge_changes()
    response = client.get(f"events?after={first}")
    told = json.loads(response.content)
    assert (response.status_code, told["code"]) == (410, "feed_expired")
    assert body_of(client.get(f"events?after={told['oldest']}"))["results"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("after=-1", "after"),
        ("after=x", "after"),
        ("after=%207", "after"),
        (f"after={2**63}", "after"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("types=customer.exploded", "types"),
        ("types=", "types"),
        ("types=,", "types"),
        ("cursor=x", "cursor"),
    ],
)
def test_bad_values(client: ApiClient, query: str, field: str) -> None:
    response = client.get(f"events?{query}")
    assert response.status_code == 400
    assert [error["field"] for error in json.loads(response.content)["errors"]] == [field]


def test_each_company_has_its_own(acme: World, globex: World) -> None:
    make_customer(acme.actor())
    stranger = client_with_key(globex, ["events:read"])
    assert body_of(stranger.get("events"))["results"] == []


def test_a_key_of_a_branch_or_of_other_scopes(acme: World) -> None:
    limited = client_with_key(acme, ["events:read"], branch_ids=[acme.south.pk]).get("events")
    assert (limited.status_code, limited.json()["code"]) == (403, "branch_limited")
    other = client_with_key(acme, ["customers:read"]).get("events")
    assert (other.status_code, other.json()["code"]) == (403, "insufficient_scope")


def test_a_page_takes_few_queries(
    acme: World, client: ApiClient, django_assert_num_queries: Any
) -> None:
    make_customer(acme.actor())
    client.get("events")
    # besides: savepoint, key and company, release; the test's own company, four
    with django_assert_num_queries(11):  # who listens, positions, what is kept, events
        client.get("events")
