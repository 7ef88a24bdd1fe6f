"""Lists of customers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from crm.errors import Forbidden, InvalidInput
from crm.roles import Role
from customers.models import Customer
from customers.selectors.lists import CustomerFilters, count_up_to, list_customers
from customers.services.removal import delete_customer
from customers.services.tags import set_tags
from tests.factories.customers import make_customer
from tests.worlds import World

NOON = datetime(2025, 6, 1, 2, tzinfo=UTC)  # noon in Sydney


def names(world: World, ordering: str = "name", cursor: str = "", **filters: Any) -> list[str]:
    page = list_customers(
        actor=world.actor(Role.MANAGER),
        filters=CustomerFilters(**filters),
        ordering=ordering,
        cursor=cursor,
    )
    return [customer.full_name for customer in page.rows]


@pytest.fixture
def people(acme: World) -> list[Customer]:
    ana = make_customer(acme.system(), name="Ána Lim", phone="+61412345678", email="ana@x.com")
    ben = make_customer(acme.system(), name="ben roy", phone="", email="ben@x.com")
    cho = make_customer(acme.system(), name="Cho Wu", origin="walk_in")
    set_tags(actor=acme.system(), customer_id=cho.pk, names=["VIP"])
    for number, one in enumerate((cho, ana, ben)):
        at = NOON + timedelta(days=number)
        Customer.objects.filter(pk=one.pk).update(
            last_activity_at=at, created_at=at, lifecycle_stage="lead" if one == ben else "prospect"
        )
    return [ana, ben, cho]


def test_orders(acme: World, people: list[Customer]) -> None:
    assert names(acme) == ["Ána Lim", "ben roy", "Cho Wu"]
    assert names(acme, "activity") == ["ben roy", "Ána Lim", "Cho Wu"]
    assert names(acme, "created") == ["ben roy", "Ána Lim", "Cho Wu"]


def test_filters(acme: World, people: list[Customer]) -> None:
    tag_id = people[2].tags.get().pk
    assert names(acme, stage="lead") == ["ben roy"]
    assert names(acme, origin="walk_in") == ["Cho Wu"]
    assert names(acme, tag_id=tag_id) == ["Cho Wu"]
    assert names(acme, has_phone=True) == ["Ána Lim", "Cho Wu"]
    assert names(acme, has_phone=False) == ["ben roy"]
    assert names(acme, has_email=False) == ["Cho Wu"]
    assert names(acme, has_email=True, stage="prospect") == ["Ána Lim"]
    assert names(acme, active_from=date(2025, 6, 2)) == ["Ána Lim", "ben roy"]
    assert names(acme, created_to=date(2025, 6, 1)) == ["Cho Wu"]
    assert names(acme, created_from=date(2025, 6, 2), created_to=date(2025, 6, 2)) == ["Ána Lim"]
    assert names(acme, active_to=date.max) == ["Ána Lim", "ben roy", "Cho Wu"]


def test_a_day_begins_in_the_companys_time_zone(acme: World) -> None:
    ana = make_customer(acme.system(), name="Ana Lim")
    late = datetime(2025, 5, 31, 14, 30, tzinfo=UTC)  # half past midnight of June in Sydney
    Customer.objects.filter(pk=ana.pk).update(created_at=late)
    assert names(acme, created_from=date(2025, 6, 1)) == ["Ana Lim"]
    assert names(acme, created_to=date(2025, 5, 31)) == []


def test_pages_follow_each_other(
    acme: World, people: list[Customer], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def page(cursor: str) -> Any:
        return list_customers(actor=acme.system(), ordering="name", cursor=cursor, size=2)

    with django_assert_num_queries(2):
        first = page("")
    with django_assert_num_queries(3):
        second = page(first.next_cursor)
    assert [one.full_name for one in (*first.rows, *second.rows)] == [
        "Ána Lim",
        "ben roy",
        "Cho Wu",
    ]
    assert (first.rows[0].primary_phone, first.rows[0].primary_email) == (
        "+61412345678",
        "ana@x.com",
    )
    assert (first.rows[1].primary_phone, second.next_cursor) == ("", "")
    assert [one.full_name for one in page(second.previous_cursor).rows] == ["Ána Lim", "ben roy"]


def test_counting_stops(acme: World, people: list[Customer]) -> None:
    assert count_up_to(actor=acme.system()) == 3
    assert count_up_to(actor=acme.system(), most=2) == 2
    assert count_up_to(actor=acme.system(), filters=CustomerFilters(stage="lead")) == 1


def test_deleted_ones_are_for_those_who_may_restore_them(
    acme: World, people: list[Customer]
) -> None:
    delete_customer(actor=acme.system(), customer_id=people[0].pk, reason="Test")
    assert names(acme) == ["ben roy", "Cho Wu"]
    assert names(acme, state="deleted") == ["Ána Lim"]
    with pytest.raises(Forbidden):
        list_customers(
            actor=acme.actor(Role.RECEPTIONIST), filters=CustomerFilters(state="deleted")
        )


@pytest.mark.parametrize(
    ("field", "filters"),
    [
        ("stage", {"stage": "gold"}),
        ("origin", {"origin": "moon"}),
        ("state", {"state": "x"}),
        ("created_to", {"created_from": date(2025, 2, 1), "created_to": date(2025, 1, 1)}),
        ("active_to", {"active_from": date(2025, 2, 1), "active_to": date(2025, 1, 1)}),
    ],
)
def test_unknown_values_are_refused(acme: World, field: str, filters: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        names(acme, **filters)
    assert list(refused.value.fields) == [field]


def test_unknown_orders_and_cursors_are_refused(acme: World, people: list[Customer]) -> None:
    with pytest.raises(InvalidInput):
        names(acme, "stable_hash_id")
    with pytest.raises(InvalidInput):
        names(acme, cursor="forged")
    other = list_customers(actor=acme.system(), ordering="created", size=1).next_cursor
    with pytest.raises(InvalidInput):
        names(acme, "name", cursor=other)


def test_strangers_see_their_own(acme: World, globex: World, people: list[Customer]) -> None:
    with globex.inside():
        assert names(globex) == []
        assert count_up_to(actor=globex.system()) == 0


@pytest.mark.parametrize("ordering", ["activity", "name", "created"])
def test_an_index_serves_each_order(acme: World, ordering: str) -> None:
    """With row-level security on, as the serving role."""
    with CaptureQueriesContext(connection) as queries:
        list_customers(actor=acme.system(), ordering=ordering, size=2)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN " + queries.captured_queries[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"customer_{ordering}_idx" in plan
