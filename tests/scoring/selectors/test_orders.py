"""Which orders somebody must look at."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from crm.errors import Forbidden, InvalidInput, NotFound
from crm.roles import Role
from scoring.models import Order
from scoring.orders.order_data import Buyer
from scoring.selectors.orders import (
    Task,
    count_orders_to_review,
    decisions_on,
    get_order,
    list_orders_to_review,
)
from scoring.services.order_review import confirm_order, remove_order
from tests.factories.orders import ORDERED_AT, make_order
from tests.worlds import World


def ids(world: World, task: Task) -> set[object]:
    page = list_orders_to_review(actor=world.actor(Role.FINANCE), task=task)
    return {order.pk for order in page.rows}


def test_each_task_has_its_orders(acme: World) -> None:
    make_order(acme.system())
    flagged = make_order(acme.system(), gross="-5")
    unlinked = make_order(acme.system(), buyer=Buyer())
    no_rate = make_order(acme.system(), currency="USD")
    removed = make_order(acme.system(), gross="-5", currency="USD", buyer=Buyer())
    admin = acme.actor(Role.ADMIN)
    remove_order(actor=admin, order_id=removed.pk, reason="A test")
    assert ids(acme, Task.FLAGGED) == {flagged.pk}
    assert ids(acme, Task.UNLINKED) == {unlinked.pk}
    assert ids(acme, Task.NO_RATE) == {no_rate.pk}
    assert count_orders_to_review(actor=admin) == dict.fromkeys(Task, 1)
    confirm_order(actor=admin, order_id=flagged.pk)
    assert ids(acme, Task.FLAGGED) == set()


def test_pages_go_on_where_they_ended(
    acme: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    orders = [
        make_order(acme.system(), gross="-5", ordered_at=ORDERED_AT + timedelta(hours=number // 2))
        for number in range(5)
    ]
    actor = acme.actor(Role.FINANCE)
    with django_assert_num_queries(1):
        first = list_orders_to_review(actor=actor, task=Task.FLAGGED, size=3)
    second = list_orders_to_review(actor=actor, task=Task.FLAGGED, size=3, cursor=first.next_cursor)
    seen = [order.pk for order in (*first.rows, *second.rows)]
    expected = sorted(orders, key=lambda order: (order.ordered_at, order.pk), reverse=True)
    assert seen == [order.pk for order in expected]
    assert second.next_cursor == ""
    with pytest.raises(InvalidInput):
        list_orders_to_review(actor=actor, task=Task.FLAGGED, cursor="damaged")


def test_one_order_with_its_decisions(acme: World) -> None:
    order = make_order(acme.system(), gross="-5")
    confirm_order(actor=acme.actor(Role.FINANCE), order_id=order.pk)
    desk = acme.actor(Role.RECEPTIONIST)
    assert get_order(actor=desk, order_id=order.pk).customer is not None
    assert [event.action for event in decisions_on(actor=desk, order_id=order.pk)] == [
        "order.confirmed"
    ]


def test_the_strangers_orders_do_not_exist(acme: World, globex: World) -> None:
    with globex.inside():
        theirs = make_order(globex.system(), gross="-5")
    assert ids(acme, Task.FLAGGED) == set()
    assert not Order.objects.exists()
    with pytest.raises(NotFound):
        get_order(actor=acme.actor(Role.ADMIN), order_id=theirs.pk)


def test_other_roles_have_no_lists(acme: World) -> None:
    with pytest.raises(Forbidden):
        list_orders_to_review(actor=acme.actor(Role.SERVICE), task=Task.FLAGGED)
