"""People decide about single orders, and machines keep to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Customer
from scoring.models import LinkMethod, Order, ReviewState
from scoring.orders.order_data import Buyer
from scoring.services.order_review import (
    confirm_order,
    link_order,
    remove_order,
    restore_order,
    unlink_order,
)
from scoring.services.orders import upsert_orders
from tests.factories.customers import make_customer
from tests.factories.orders import ORDERED_AT, make_order, order_data
from tests.worlds import World

DECISIONS: list[Callable[..., Order]] = [
    confirm_order,
    unlink_order,
    restore_order,
    lambda **values: remove_order(reason="A test", **values),
    lambda **values: link_order(customer_id=uuid4(), **values),
]


def test_a_confirmed_order_counts(acme: World) -> None:
    order = make_order(acme.system(), gross="200000")
    finance = acme.actor(Role.FINANCE)
    for _ in range(2):
        confirm_order(actor=finance, order_id=order.pk)
    order.refresh_from_db()
    assert (order.review, order.is_counted) == (ReviewState.CONFIRMED, True)
    event = AuditEvent.objects.get(action="order.confirmed")
    assert (event.actor_name, event.old, event.new) == (
        finance.name,
        {"review": "flagged"},
        {"review": "confirmed"},
    )


def test_nothing_to_confirm_is_said(acme: World) -> None:
    order = make_order(acme.system())
    with pytest.raises(Conflict):
        confirm_order(actor=acme.actor(Role.FINANCE), order_id=order.pk)


def test_a_link_by_hand_is_remembered(acme: World) -> None:
    data = order_data(buyer=Buyer(name="Ana Lim"))
    upsert_orders(actor=acme.system(), orders=[data])
    order, ana = Order.objects.get(), make_customer(acme.actor())
    for _ in range(2):
        link_order(actor=acme.actor(Role.MANAGER), order_id=order.pk, customer_id=ana.pk)
    assert AuditEvent.objects.get(action="order.linked").new == {
        "customer_id": str(ana.pk),
        "link_method": "hand",
    }
    newer = replace(
        data,
        buyer=Buyer(email="ben@example.com"),
        changed_at=ORDERED_AT + timedelta(hours=1),
    )
    upsert_orders(actor=acme.system(), orders=[newer])
    order.refresh_from_db()
    assert (order.customer_id, order.link_method) == (ana.pk, LinkMethod.HAND)


def test_an_unlinked_order_stays_so(acme: World) -> None:
    data = order_data()
    upsert_orders(actor=acme.system(), orders=[data])
    order = Order.objects.get()
    unlink_order(actor=acme.actor(Role.MANAGER), order_id=order.pk)
    newer = replace(data, venue="Arena", changed_at=ORDERED_AT + timedelta(hours=1))
    upsert_orders(actor=acme.system(), orders=[newer])
    order.refresh_from_db()
    assert (order.customer_id, order.venue) == (None, "Arena")


def test_a_link_to_a_merged_customer_is_the_survivors(acme: World) -> None:
    order = make_order(acme.system(), buyer=Buyer())
    merged, survivor = make_customer(acme.actor()), make_customer(acme.actor())
    Customer.objects.filter(pk=merged.pk).update(record_state="merged", merged_into=survivor)
    linked = link_order(actor=acme.actor(Role.ADMIN), order_id=order.pk, customer_id=merged.pk)
    assert linked.customer_id == survivor.pk


def test_the_strangers_customer_cannot_be_chosen(acme: World, globex: World) -> None:
    with globex.inside():
        theirs = make_customer(globex.actor())
    order = make_order(acme.system(), buyer=Buyer())
    with pytest.raises(InvalidInput) as refused:
        link_order(actor=acme.actor(Role.ADMIN), order_id=order.pk, customer_id=theirs.pk)
    assert "customer" in refused.value.fields


def test_a_removed_order_counts_no_more_until_it_is_restored(acme: World) -> None:
    order = make_order(acme.system())
    admin = acme.actor(Role.ADMIN)
    for _ in range(2):
        remove_order(actor=admin, order_id=order.pk, reason=" A test ")
    order.refresh_from_db()
    assert (order.is_counted, order.removed_by) == (False, "hand")
    assert AuditEvent.objects.get(action="order.removed").reason == "A test"
    for _ in range(2):
        restore_order(actor=admin, order_id=order.pk)
    order.refresh_from_db()
    assert (order.is_counted, order.removed_at, order.removed_by) == (True, None, "")
    assert AuditEvent.objects.filter(action="order.restored").count() == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "\x00"])
def test_a_removal_needs_a_reason(acme: World, reason: str) -> None:
    order = make_order(acme.system())
    with pytest.raises(InvalidInput):
        remove_order(actor=acme.actor(Role.ADMIN), order_id=order.pk, reason=reason)


@pytest.mark.parametrize("decide", DECISIONS)
def test_the_strangers_order_does_not_exist(
    acme: World, globex: World, decide: Callable[..., Any]
) -> None:
    with globex.inside():
        order = make_order(globex.system())
    with pytest.raises(NotFound):
        decide(actor=acme.actor(Role.ADMIN), order_id=order.pk)


@pytest.mark.parametrize("decide", DECISIONS)
def test_other_roles_may_only_look(acme: World, decide: Callable[..., Any]) -> None:
    order = make_order(acme.system())
    with pytest.raises(Forbidden):
        decide(actor=acme.actor(Role.SERVICE), order_id=order.pk)
