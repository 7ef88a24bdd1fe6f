"""Orders in a customer's timeline, in words."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from crm.roles import Role
from customers.models import Customer
from customers.selectors.timeline import timeline
from scoring.models import OrderStatus
from scoring.selectors.timeline_source import order_events
from scoring.services.order_review import remove_order
from tests.factories.orders import ORDERED_AT, make_order
from tests.worlds import World


def told(world: World, **values: Any) -> tuple[str, str, str]:
    order = make_order(world.system(), event_name="Gala", external_id="h1", **values)
    (entry,) = timeline(
        actor=world.actor(Role.RECEPTIONIST), customer_id=order.customer_id, kinds=["order"]
    )
    assert entry.url == f"/orders/{order.pk}/"
    return entry.title, entry.detail, entry.tone


@pytest.mark.parametrize(
    ("values", "line", "tone"),
    [
        ({"gross": "1234.5"}, "1,234.50 AUD · Complete", "success"),
        (
            {"gross": "100", "refunded": "5", "status": OrderStatus.PARTLY_REFUNDED},
            "95.00 AUD (gross 100.00) · Partly refunded",
            "success",
        ),
        (
            {"gross": "80", "status": OrderStatus.CANCELLED},
            "0.00 AUD (gross 80.00) · Cancelled",
            "neutral",
        ),
        (
            {"status": OrderStatus.UNKNOWN, "platform_status": "on hold"},
            "100.00 AUD · Unknown status “on hold”, to be confirmed",
            "warn",
        ),
    ],
)
def test_net_first_gross_second_status_in_words(
    acme: World, values: dict[str, Any], line: str, tone: str
) -> None:
    assert told(acme, **values) == ("Gala", f"{line}\n1 ticket · Humanitix h1", tone)


def test_pages_follow_the_one_order(
    acme: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        make_order(acme.system(), ordered_at=ORDERED_AT + timedelta(days=number // 3))
    customer, actor = Customer.objects.get(), acme.actor(Role.RECEPTIONIST)
    with django_assert_num_queries(1):
        whole = order_events(actor=actor, customer_id=customer.pk, before=None, limit=10)
    first, second = (
        order_events(actor=actor, customer_id=customer.pk, before=before, limit=3)
        for before in (None, whole[2].cursor)
    )
    assert [*first, *second] == whole
    assert len(whole) == 5


def test_what_was_taken_out_is_not_told(acme: World) -> None:
    order = make_order(acme.system())
    remove_order(actor=acme.actor(Role.ADMIN), order_id=order.pk, reason="A test")
    found = timeline(actor=acme.actor(), customer_id=order.customer_id, kinds=["order"])
    assert found == []
