"""People who query by SQL find orders and customers under the names they know."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from scoring.models import OrderStatus, Removal
from scoring.orders.order_data import Buyer
from tests.factories.customers import make_customer
from tests.factories.orders import ORDERED_AT, make_order
from tests.worlds import World

VIEWS = ("orders_htx", "orders_eventbrite", "customer_orders_v", "customers_flat_v")


def rows(view: str) -> list[dict[str, Any]]:
    """What role crm_app sees, with the company of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("crm_app",)
        cursor.execute(f"SELECT * FROM {view}")
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_each_platform_has_its_orders(acme: World) -> None:
    make_order(
        acme.system(),
        platform="humanitix",
        external_id="h1",
        gross="104.99",
        refunded="4.99",
        status=OrderStatus.PARTLY_REFUNDED,
        platform_status="complete",
        buyer=Buyer(name="Ana Lim", email="Ana@example.com", phone="0412 345 678"),
        raw={"eventDateId": "s1"},
    )
    make_order(acme.system(), platform="eventbrite", external_id="e1")
    (order,) = rows("orders_htx")
    expected = {
        "source_id": "h1",
        "purchaser_name": "Ana Lim",
        "purchaser_email": "Ana@example.com",
        "purchaser_mobile": "0412 345 678",
        "ordered_at": ORDERED_AT,
        "status": "complete",
        "financial_status": "partially_refunded",
        "gross_cents": 10499,
        "refunded_cents": 499,
        "net_cents": 10000,
        "ticket_count": 1,
    }
    assert expected.items() <= order.items()
    assert order["raw"] in ({"eventDateId": "s1"}, '{"eventDateId": "s1"}')
    assert [row["source_id"] for row in rows("orders_eventbrite")] == ["e1"]


def test_all_orders_stand_in_one_view(acme: World) -> None:
    order = make_order(acme.system(), reference="A-1", gross="10", raw={"eventDateId": "s1"})
    other = make_order(acme.system(), platform="shop", external_id="7", buyer=Buyer())
    removed = make_order(acme.system())
    removed.removed_at, removed.removed_by = ORDERED_AT, Removal.HAND
    removed.save()
    found = {row["order_id"]: row for row in rows("customer_orders_v")}
    assert set(found) == {order.pk, other.pk}
    assert found[order.pk]["customer_id"] == order.customer_id
    assert (found[order.pk]["order_name"], found[other.pk]["order_name"]) == ("A-1", "7")
    assert (found[order.pk]["session_id"], found[order.pk]["net"]) == ("s1", Decimal(10))
    assert (found[other.pk]["customer_id"], found[other.pk]["source"]) == (None, "shop")


def test_a_customer_is_one_row(acme: World) -> None:
    make_order(
        acme.system(),
        gross="60",
        buyer=Buyer(first_name="Ana", last_name="Lim", email="ana@example.com", phone="0412345678"),
        marketing_opt_in=True,
        event_name="Gala",
    )
    make_order(acme.system(), gross="999", status=OrderStatus.CANCELLED, event_name="Ball")
    never = make_customer(acme.actor(), name="Ben Roy")
    found = {row["canonical_full_name"]: row for row in rows("customers_flat_v")}
    ana, ben = found["Ana Lim"], found["Ben Roy"]
    expected = {
        "email": "ana@example.com",
        "phone": "+61412345678",
        "marketing_opt_in": True,
        "lifetime_orders": 1,
        "lifetime_net": Decimal(60),
        "most_recent_event_name": "Gala",
        "last_order_at": ORDERED_AT,
    }
    assert expected.items() <= ana.items()
    assert (ben["customer_id"], ben["lead_score"], ben["email"]) == (never.pk, 6, None)


@pytest.mark.parametrize("view", VIEWS)
def test_the_stranger_sees_their_own_rows_only(acme: World, globex: World, view: str) -> None:
    for platform in ("humanitix", "eventbrite"):
        make_order(acme.system(), platform=platform)
    ours = rows(view)
    assert {row["company_id"] for row in ours} == {acme.company.pk}
    with globex.inside():
        assert rows(view) == []
        make_order(globex.system(), platform="humanitix", currency="INR")
        make_order(globex.system(), platform="eventbrite", currency="INR")
        assert {row["company_id"] for row in rows(view)} == {globex.company.pk}
    assert rows(view) == ours
