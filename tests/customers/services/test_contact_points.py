"""Phones and e-mails of a customer."""

from uuid import uuid4

import pytest

from crm.errors import Conflict, DuplicateFound, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.services.contact_points import (
    add_contact_point,
    make_primary,
    mark_invalid,
    remove_contact_point,
    stop_sharing,
)
from customers.services.identify import Outcome, identify
from customers.services.removal import delete_customer
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World

PHONE, SECOND, EMAIL = "+61412345678", "+61293744000", "ana@example.com"


def add(world: World, customer: Customer, text: str, *, share: bool = False) -> ContactPoint:
    return add_contact_point(
        actor=world.actor(Role.RECEPTIONIST),
        customer_id=customer.pk,
        kind="email" if "@" in text else "phone",
        text=text,
        label="work",
        share=share,
    )


def test_the_first_of_a_kind_is_primary_the_second_is_not(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    second, email = add(acme, ana, "(02) 9374 4000 x12"), add(acme, ana, "Ana@Example.com")
    assert (second.value, second.extension, second.label) == (SECOND, "12", "work")
    assert (second.is_primary, email.is_primary, email.value) == (False, True, EMAIL)
    assert OutboxEvent.objects.filter(topic="customer.phone_added").count() == 1
    added = AuditEvent.objects.filter(action="customer.contact_added").order_by("id")
    assert [event.new for event in added] == [{"phones": [SECOND]}, {"emails": [EMAIL]}]


@pytest.mark.parametrize("text", ["123", "words", "", "04\x0012345678", "@", "a@b", "\ud800@x.com"])
def test_bad_values_are_refused_at_their_field(acme: World, text: str) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    with pytest.raises(InvalidInput) as refused:
        add(acme, ana, text)
    assert list(refused.value.fields) == ["email" if "@" in text else "phone"]


def test_its_own_number_again_is_refused(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    with pytest.raises(InvalidInput, match="already"):
        add(acme, ana, "0412 345 678")


def test_another_persons_number_is_a_duplicate_unless_they_share_it(acme: World) -> None:
    ana, ben = make_customer(acme.system(), phone=PHONE), make_customer(acme.system())
    with pytest.raises(DuplicateFound) as refused:
        add(acme, ben, PHONE)
    assert refused.value.details["customer_id"] == ana.pk
    assert add(acme, ben, PHONE, share=True).is_shared
    assert identify(actor=acme.system(), phone=PHONE).outcome is Outcome.SEVERAL
    event = AuditEvent.objects.get(action="customer.contact_shared")
    assert event.subject_id == str(ana.pk)


def test_removing_the_primary_promotes_the_oldest_valid(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    second, third = add(acme, ana, SECOND), add(acme, ana, "+61293744001")
    mark_invalid(actor=acme.system(), contact_point_id=second.pk)
    primary = ContactPoint.objects.get(customer=ana, value=PHONE)
    remove_contact_point(actor=acme.actor(Role.RECEPTIONIST), contact_point_id=primary.pk)
    assert ContactPoint.objects.get(customer=ana, is_primary=True) == third
    event = AuditEvent.objects.get(action="customer.contact_removed")
    assert event.old is not None
    assert event.old["value"] == PHONE
    make_customer(acme.system(), phone=PHONE)  # the number is free again


def test_make_primary_moves_it(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    second = add(acme, ana, SECOND)
    for _ in range(2):
        make_primary(actor=acme.actor(Role.RECEPTIONIST), contact_point_id=second.pk)
    assert ContactPoint.objects.get(customer=ana, is_primary=True) == second
    event = AuditEvent.objects.get(action="customer.primary_changed")
    assert (event.old, event.new) == (
        {"kind": "phone", "value": PHONE},
        {"kind": "phone", "value": SECOND},
    )


def test_an_invalid_number_still_tells_who_it_is(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    point = ContactPoint.objects.get(customer=ana)
    assert mark_invalid(actor=acme.system(), contact_point_id=point.pk).is_invalid
    assert identify(actor=acme.system(), phone=PHONE).customer == ana
    mark_invalid(actor=acme.system(), contact_point_id=point.pk, is_invalid=False)
    assert not ContactPoint.objects.get(customer=ana).is_invalid


def test_a_number_is_its_own_again_when_the_other_let_go_of_it(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    ben = make_customer(acme.system(), phone=PHONE, share=True)
    anas = ContactPoint.objects.get(customer=ana)
    with pytest.raises(DuplicateFound):
        stop_sharing(actor=acme.system(), contact_point_id=anas.pk)
    remove_contact_point(
        actor=acme.system(), contact_point_id=ContactPoint.objects.get(customer=ben).pk
    )
    stop_sharing(actor=acme.system(), contact_point_id=anas.pk)
    assert identify(actor=acme.system(), phone=PHONE).customer == ana


def test_a_deleted_customers_numbers_stay_as_they_are(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    point = ContactPoint.objects.get(customer=ana)
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="Test")
    for change in (remove_contact_point, make_primary, mark_invalid, stop_sharing):
        with pytest.raises(Conflict):
            change(actor=acme.system(), contact_point_id=point.pk)
    with pytest.raises(Conflict):
        add(acme, ana, SECOND)


def test_strangers_and_finance_may_not(acme: World, globex: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    point = ContactPoint.objects.get(customer=ana)
    for change in (remove_contact_point, make_primary, mark_invalid, stop_sharing):
        with globex.inside(), pytest.raises(NotFound):
            change(actor=globex.system(), contact_point_id=point.pk)
        with pytest.raises(NotFound):
            change(actor=acme.system(), contact_point_id=uuid4())
        with pytest.raises(Forbidden):
            change(actor=acme.actor(Role.FINANCE), contact_point_id=point.pk)
    with globex.inside(), pytest.raises(NotFound):
        add(globex, ana, "+919812345678")


def test_eight_at_once_give_a_number_to_one_of_eight_people(committed: None, acme: World) -> None:
    with acme.inside():
        people = [make_customer(acme.system()) for _ in range(8)]

    def give(number: int) -> bool:
        try:
            with acme.inside():
                add(acme, people[number], PHONE)
        except DuplicateFound:
            return False
        return True

    assert run_threads(8, give).count(True) == 1


def test_eight_at_once_share_a_number(committed: None, acme: World) -> None:
    with acme.inside():
        people = [make_customer(acme.system()) for _ in range(8)]

    def give(number: int) -> None:
        with acme.inside():
            add(acme, people[number], PHONE, share=True)

    run_threads(8, give)
    with acme.inside():
        assert ContactPoint.objects.filter(value=PHONE, is_shared=True).count() == 8


def test_eight_at_once_make_another_number_primary(committed: None, acme: World) -> None:
    with acme.inside():
        ana = make_customer(acme.system(), phone=PHONE)
        points = [add(acme, ana, f"+6141234500{number}") for number in range(8)]

    def choose(number: int) -> None:
        with acme.inside():
            make_primary(actor=acme.system(), contact_point_id=points[number].pk)

    run_threads(8, choose)
    with acme.inside():
        assert ContactPoint.objects.filter(customer=ana, is_primary=True).count() == 1
