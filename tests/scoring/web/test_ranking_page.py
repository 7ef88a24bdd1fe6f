"""Customers by worth: order, filters, pages, a fixed cost, and only one's own company."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import StaffMember
from crm.roles import Role
from customers.services.removal import delete_customer
from scoring.services.membership import add_member
from scoring.services.segments import create_segment
from tests.factories.customers import make_customer
from tests.factories.placed_orders import place_order
from tests.worlds import World

SignIn = Callable[[StaffMember], Client]
URL = "/customers/ranking/"
QUERIES = 13


@pytest.fixture
def buyers(acme: World) -> list[str]:
    """Three customers, the best one first."""
    names = ["Ana Best", "Ben Middle", "Cy Never"]
    ana, ben, _ = (make_customer(acme.system(), name=name) for name in names)
    for number in range(10):
        place_order(ana, net=120, at=timezone.now() - timedelta(days=number))
    place_order(ben, net=60, at=timezone.now() - timedelta(days=70))
    return names


def names_in(html: str, names: list[str]) -> list[str]:
    """The names that stand in the page, in its order."""
    return sorted((name for name in names if name in html), key=html.index)


def page(acme: World, client_of: SignIn, query: str = "") -> str:
    answer = client_of(acme.staff[Role.RELATIONSHIP_MANAGER]).get(f"{URL}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("sort", ["", "score", "net"])
def test_the_best_come_first(acme: World, client_of: SignIn, buyers: list[str], sort: str) -> None:
    html = page(acme, client_of, f"sort={sort}")
    assert names_in(html, buyers) == buyers
    assert "<b>30</b> Hot" in html
    assert "<b>15</b> Cool" in html
    assert "<b>6</b> Cold" in html
    assert "1,200" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("band=hot", ["Ana Best"]),
        ("band=cold", ["Cy Never"]),
        ("recency=5&frequency=5&sort=net", ["Ana Best"]),
        ("activity=new", ["Cy Never"]),
        ("activity=active", ["Ana Best", "Ben Middle"]),
        ("activity=dormant", []),
        ("sort=last_order", ["Ana Best", "Ben Middle"]),
        ("quintile=champions", []),
    ],
)
def test_filters(
    acme: World, client_of: SignIn, buyers: list[str], query: str, found: list[str]
) -> None:
    assert names_in(page(acme, client_of, query), buyers) == found


def test_filters_stay_out_of_the_search_box(acme: World, client_of: SignIn) -> None:
    html = page(acme, client_of, "recency=5&sort=net")
    assert 'value="?recency' not in html
    assert 'name="q" value=""' in html


def test_the_members_of_a_segment(acme: World, client_of: SignIn, buyers: list[str]) -> None:
    manager = acme.actor(Role.MANAGER)
    segment = create_segment(actor=manager, name="Front row")
    late = make_customer(acme.system(), name="Di Member")
    add_member(actor=manager, segment_id=segment.pk, customer_id=late.pk)
    html = page(acme, client_of, f"segment={segment.pk}")
    assert names_in(html, [*buyers, "Di Member"]) == ["Di Member"]


def test_deleted_customers_are_not_ranked(
    acme: World, client_of: SignIn, buyers: list[str]
) -> None:
    gone = make_customer(acme.system(), name="Gus Gone")
    place_order(gone, net=5000)
    delete_customer(actor=acme.actor(Role.MANAGER), customer_id=gone.pk, reason="asked for it")
    assert "Gus Gone" not in page(acme, client_of)


def test_pages_go_on_behind_each_other(acme: World, client_of: SignIn) -> None:
    for number in range(51):
        place_order(
            make_customer(acme.system(), name=f"Buyer {number:02}"),
            at=timezone.now() - timedelta(days=number),
        )
    for sort in ("score", "net", "last_order"):
        client = client_of(acme.staff[Role.MANAGER])
        first = client.get(f"{URL}?sort={sort}")
        assert "50 of 51" in first.content.decode()
        second = client.get(URL + first.context["next_url"])
        assert len(second.context["rows"]) == 1
        back = client.get(URL + second.context["previous_url"])
        assert [row.pk for row in back.context["rows"]] == [row.pk for row in first.context["rows"]]


def test_another_company_sees_its_own(
    acme: World, globex: World, client_of: SignIn, buyers: list[str]
) -> None:
    html = client_of(globex.staff[Role.ADMIN]).get(URL).content.decode()
    assert names_in(html, buyers) == []


@pytest.mark.parametrize(
    "query",
    ["band=x", "sort=name", "cursor=x", "recency=9", "recency=a", "segment=x", "quintile=x"],
)
def test_damaged_links(acme: World, client_of: SignIn, query: str) -> None:
    answer = client_of(acme.staff[Role.MANAGER]).get(f"{URL}?{query}")
    assert answer.status_code == 400


def test_the_cost_does_not_grow(
    acme: World, client_of: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    client = client_of(acme.staff[Role.MANAGER])
    for number in range(12):
        place_order(make_customer(acme.system(), name=f"Buyer {number:02}"))
    client.get(URL)
    with django_assert_num_queries(QUERIES):
        client.get(f"{URL}?band=cool")


def test_the_list_of_all_customers_shows_scores(
    acme: World, client_of: SignIn, buyers: list[str]
) -> None:
    html = client_of(acme.staff[Role.RECEPTIONIST]).get("/customers/").content.decode()
    assert "<b>30</b> Hot" in html
    assert 'href="/customers/ranking/"' in html
