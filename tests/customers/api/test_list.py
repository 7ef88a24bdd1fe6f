"""The list of customers: filters, orders, pages, the search within it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from customers.models import Customer
from customers.models.customer import Origin
from customers.services.tags import set_tags
from tests.customers.api.answers import body_of, refusal, wrong_fields
from tests.factories.api_clients import ApiClient, client_with_key
from tests.factories.customers import make_customer
from tests.worlds import World


@pytest.fixture
def three(acme: World) -> list[Customer]:
    """Ana, Bo and Cy, Cy the latest active, a day between each."""
    actor = acme.actor()
    made = [make_customer(actor, name=name) for name in ("Ana Silva", "Bo Ek", "Cy Twombly")]
    for days, one in zip((2, 1, 0), made, strict=True):
        at = timezone.now() - timedelta(days=days)
        Customer.objects.filter(pk=one.pk).update(last_activity_at=at, created_at=at, updated_at=at)
    return made


def names(client: ApiClient, query: str) -> list[str]:
    response = client.get(f"customers{query}")
    assert response.status_code == 200, response.content
    return [row["full_name"].split()[0] for row in body_of(response)["results"]]


def test_each_filter_and_order(acme: World, globex: World, three: list[Customer]) -> None:
    with globex.inside():
        make_customer(globex.actor(), name="Dora Stranger")
    client = client_with_key(acme)
    ana, bo, cy = three
    Customer.objects.filter(pk=ana.pk).update(lifecycle_stage="customer", origin=Origin.IMPORT)
    set_tags(actor=acme.actor(), customer_id=bo.pk, names=["VIP"])
    cut = quote((timezone.now() - timedelta(hours=36)).isoformat())
    assert names(client, "") == ["Cy", "Bo", "Ana"]
    assert names(client, "?ordering=name") == ["Ana", "Bo", "Cy"]
    assert names(client, "?ordering=created") == ["Cy", "Bo", "Ana"]
    assert names(client, "?stage=customer") == ["Ana"]
    assert names(client, "?origin=import") == ["Ana"]
    assert names(client, "?tag=vip") == ["Bo"]
    assert names(client, f"?created_from={cut}") == ["Cy", "Bo"]
    assert names(client, f"?created_before={cut}") == ["Ana"]
    assert names(client, f"?active_from={cut}&stage=prospect") == ["Cy", "Bo"]
    assert names(client, f"?updated_before={cut}") == ["Ana"]
    assert names(client, "?q=silva") == ["Ana"]
    assert names(client, "?q=silva&stage=lead") == []
    assert names(client, f"?q={quote(cy.contact_points.get().value)}&ordering=name") == ["Cy"]


def test_pages_go_on(acme: World, three: list[Customer]) -> None:
    client = client_with_key(acme)
    seen, path = [], "customers?limit=2&ordering=name"
    while path:
        page = body_of(client.get(path))
        seen += [row["full_name"].split()[0] for row in page["results"]]
        path = (page["next"] or "").partition("/api/v1/")[2]
    assert seen == ["Ana", "Bo", "Cy"]


def test_a_list_costs_the_same_at_any_length(
    acme: World, three: list[Customer], django_assert_num_queries: Any
) -> None:
    client = client_with_key(acme)
    client.get("customers")
    # rows and main contacts, beside the seven around each request (test_customers.AROUND)
    for query in ("?limit=1", ""):
        with django_assert_num_queries(9):
            client.get(f"customers{query}")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stage=vip", "stage"),
        ("state=live", "state"),
        ("origin=mars", "origin"),
        ("created_from=yesterday", "created_from"),
        ("ordering=phone", "ordering"),
        ("limit=201", "limit"),
        ("tag=" + "x" * 61, "tag"),
        ("sort=name", "sort"),
    ],
)
def test_wrong_parameters_are_named(acme: World, query: str, field: str) -> None:
    assert wrong_fields(client_with_key(acme).get(f"customers?{query}")) == {field}


@pytest.mark.parametrize(
    "query",
    [
        "created_from=0001-01-01T00:00:00%2B14:00",
        "updated_before=9999-12-31T23:59:59-12:00",
        "active_from=2026-02-30",
        "q=%00",
        "tag=%00",
        "q=" + "9" * 3000,
        "q=%F0%9F%98%80",
        "tag=%F0%9F%98%80",
    ],
)
def test_odd_values_are_no_fault_of_ours(acme: World, query: str) -> None:
    assert client_with_key(acme).get(f"customers?{query}").status_code in (200, 400)


def test_a_cursor_is_of_its_order(acme: World, three: list[Customer]) -> None:
    client = client_with_key(acme)
    page = body_of(client.get("customers?limit=1&ordering=name"))
    url = page["next"].partition("/api/v1/")[2].replace("ordering=name", "ordering=created")
    assert refusal(client.get(url)) == (400, "bad_cursor")


def test_moments_are_utc(acme: World, three: list[Customer]) -> None:
    row = body_of(client_with_key(acme).get("customers"))["results"][0]
    assert datetime.fromisoformat(row["created_at"]).tzinfo == UTC
    assert row["created_at"].endswith("Z")
