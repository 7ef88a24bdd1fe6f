"""Orders without a customer find theirs when the buyer becomes known."""

import pytest

from crm import outbox
from crm.models import AuditEvent
from crm.roles import Role
from customers.services.contact_points import add_contact_point, stop_sharing
from customers.services.removal import delete_customer
from scoring.models import LinkMethod, Order
from scoring.orders.order_data import Buyer
from scoring.services import waiting_orders
from scoring.services.order_review import unlink_order
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.worlds import World

PHONE, EMAIL = "+61412345678", "ana@example.com"


def unlinked(world: World, **buyer: str) -> Order:
    """An order whose buyer could not be told when it came."""
    order = make_order(world.system(), buyer=Buyer(name="Ana Lim"))
    keys = {"buyer_email_key": buyer.get("email", ""), "buyer_phone_key": buyer.get("phone", "")}
    Order.objects.filter(pk=order.pk).update(**keys)
    return order


def test_a_new_customer_gets_the_orders_that_wait(acme: World) -> None:
    first, second, other = (
        unlinked(acme, email=EMAIL),
        unlinked(acme, phone=PHONE),
        unlinked(acme, email="ben@example.com"),
    )
    ana = make_customer(acme.actor(), phone=PHONE, email=EMAIL)
    outbox.drain(acme.company.pk)
    for order in (first, second, other):
        order.refresh_from_db()
    assert [order.customer_id for order in (first, second, other)] == [ana.pk, ana.pk, None]
    assert [first.link_method, second.link_method] == [LinkMethod.EMAIL, LinkMethod.PHONE]
    assert AuditEvent.objects.filter(action="order.linked").count() == 2


@pytest.mark.parametrize(("kind", "text"), [("phone", PHONE), ("email", EMAIL)])
def test_so_does_a_known_one_who_gets_the_value(acme: World, kind: str, text: str) -> None:
    order = unlinked(acme, **{kind: text})
    ana = make_customer(acme.actor(), phone="", email="other@example.com")
    add_contact_point(actor=acme.actor(), customer_id=ana.pk, kind=kind, text=text)
    outbox.drain(acme.company.pk)
    order.refresh_from_db()
    assert order.customer_id == ana.pk


def test_a_shared_value_links_nothing_until_it_is_one_persons(acme: World) -> None:
    order = unlinked(acme, phone=PHONE)
    ana = make_customer(acme.actor(), phone=PHONE)
    ben = make_customer(acme.actor(), phone=PHONE, share=True)
    outbox.drain(acme.company.pk)
    order.refresh_from_db()
    assert order.customer_id is None
    delete_customer(actor=acme.actor(Role.ADMIN), customer_id=ben.pk, reason="Twice")
    point = ana.contact_points.get()
    stop_sharing(actor=acme.actor(), contact_point_id=point.pk)
    outbox.drain(acme.company.pk)
    order.refresh_from_db()
    assert order.customer_id == ana.pk


def test_what_a_person_unlinked_stays_so(acme: World) -> None:
    order = unlinked(acme, phone=PHONE)
    unlink_order(actor=acme.actor(Role.ADMIN), order_id=order.pk)
    make_customer(acme.actor(), phone=PHONE)
    outbox.drain(acme.company.pk)
    order.refresh_from_db()
    assert order.customer_id is None


def test_email_and_phone_of_different_people_still_link_nobody(acme: World) -> None:
    order = unlinked(acme, email=EMAIL, phone=PHONE)
    make_customer(acme.actor(), phone="", email=EMAIL)
    make_customer(acme.actor(), phone=PHONE)
    ana = make_customer(acme.actor(), phone="", email="x@example.com")
    assert waiting_orders.link_waiting_orders(actor=acme.system(), customer_id=ana.pk) == 0
    order.refresh_from_db()
    assert order.customer_id is None


def test_many_orders_are_linked_in_several_steps(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_orders, "BATCH", 2)
    for _ in range(5):
        unlinked(acme, phone=PHONE)
    ana = make_customer(acme.actor(), phone=PHONE)
    outbox.drain(acme.company.pk)
    assert Order.objects.filter(customer=ana).count() == 5


def test_the_strangers_customer_gets_nothing(acme: World, globex: World) -> None:
    order = unlinked(acme, phone=PHONE)
    with globex.inside():
        make_customer(globex.actor(), phone=PHONE)
    outbox.drain(globex.company.pk)
    order.refresh_from_db()
    assert order.customer_id is None
