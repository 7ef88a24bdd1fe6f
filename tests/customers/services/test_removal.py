"""Deleting and restoring."""

import pytest

from crm.errors import Conflict, CrmError, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.models.customer import RecordState
from customers.services.identify import Outcome, identify
from customers.services.removal import delete_customer, delete_customers, restore_customer
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World

PHONE, EMAIL = "+61412345678", "ana@example.com"


def delete(world: World, customer: Customer, reason: str = "Asked to be forgotten") -> Customer:
    return delete_customer(actor=world.actor(Role.MANAGER), customer_id=customer.pk, reason=reason)


def test_deleted_means_out_of_sight_but_kept(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    assert delete(acme, ana).deleted_at is not None
    assert identify(actor=acme.system(), phone=PHONE).outcome is Outcome.NOBODY
    assert ContactPoint.objects.filter(customer=ana, is_live=False).count() == 1
    event = AuditEvent.objects.get(action="customer.deleted")
    assert (event.reason, event.subject_id) == ("Asked to be forgotten", str(ana.pk))
    assert OutboxEvent.objects.filter(topic="customer.deleted").count() == 1


def test_restored_as_they_were(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE, email=EMAIL)
    delete(acme, ana)
    restored = restore_customer(actor=acme.actor(Role.MANAGER), customer_id=ana.pk)
    assert (restored.customer.record_state, restored.now_shared) == ("active", [])
    assert identify(actor=acme.system(), phone=PHONE, email=EMAIL).customer == ana
    assert OutboxEvent.objects.filter(topic="customer.restored").count() == 1


def test_a_number_that_another_took_meanwhile_becomes_shared(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE, email=EMAIL)
    delete(acme, ana)
    ben = make_customer(acme.system(), name="Ben Roy", phone=PHONE)
    restored = restore_customer(actor=acme.actor(Role.MANAGER), customer_id=ana.pk)
    assert [point.value for point in restored.now_shared] == [PHONE]
    found = identify(actor=acme.system(), phone=PHONE)
    assert found.outcome is Outcome.SEVERAL
    assert set(found.candidates) == {ana, ben}
    assert identify(actor=acme.system(), email=EMAIL).customer == ana


def test_a_reason_is_needed_and_twice_is_refused(acme: World) -> None:
    ana = make_customer(acme.system())
    for reason in ("", "  ", "x" * 501, "\x00"):
        with pytest.raises(InvalidInput) as refused:
            delete(acme, ana, reason)
        assert list(refused.value.fields) == ["reason"]
    with pytest.raises(Conflict):
        restore_customer(actor=acme.system(), customer_id=ana.pk)
    delete(acme, ana)
    with pytest.raises(Conflict):
        delete(acme, ana)


def test_who_may_not(acme: World, globex: World) -> None:
    ana = make_customer(acme.system())
    for role in set(Role) - {Role.MANAGER, Role.ADMIN}:
        with pytest.raises(Forbidden):
            delete_customer(actor=acme.actor(role), customer_id=ana.pk, reason="Test")
        with pytest.raises(Forbidden):
            restore_customer(actor=acme.actor(role), customer_id=ana.pk)
    with globex.inside():
        with pytest.raises(NotFound):
            delete(globex, ana)
        with pytest.raises(NotFound):
            restore_customer(actor=globex.system(), customer_id=ana.pk)


def test_restoring_while_others_take_the_number(committed: None, acme: World) -> None:
    with acme.inside():
        gone = [make_customer(acme.system(), phone=PHONE, share=True) for _ in range(4)]
        for one in gone:
            delete(acme, one)

    def act(number: int) -> str:
        try:
            with acme.inside():
                if number < 4:
                    restore_customer(actor=acme.system(), customer_id=gone[number].pk)
                else:
                    make_customer(acme.system(), name="New Person", phone=PHONE, share=True)
        except CrmError as error:
            return error.code
        return ""

    assert set(run_threads(8, act)) == {""}
    with acme.inside():
        assert Customer.objects.live().count() == 8
        assert identify(actor=acme.system(), phone=PHONE).outcome is Outcome.SEVERAL


def test_many_at_once(acme: World) -> None:
    manager = acme.actor(Role.MANAGER)
    first, second = make_customer(acme.actor()), make_customer(acme.actor())
    delete_customer(actor=manager, customer_id=second.pk, reason="Twice")
    gone = delete_customers(
        actor=manager, customer_ids=[first.pk, second.pk], reason="Made by mistake"
    )
    assert gone == 1
    first.refresh_from_db()
    assert (first.record_state, first.version) == (RecordState.DELETED, 2)
    assert not first.contact_points.filter(is_live=True).exists()
    event = AuditEvent.objects.get(action="customer.deleted", subject_id=str(first.pk))
    assert event.reason == "Made by mistake"
    told = OutboxEvent.objects.filter(topic="customer.deleted").values_list("payload", flat=True)
    assert {"customer_id": str(first.pk)} in told
    restore_customer(actor=manager, customer_id=first.pk)


def test_many_need_a_reason_a_right_and_the_company(acme: World, globex: World) -> None:
    customer = make_customer(acme.actor())
    with pytest.raises(InvalidInput):
        delete_customers(actor=acme.actor(Role.ADMIN), customer_ids=[customer.pk], reason=" ")
    with pytest.raises(Forbidden):
        delete_customers(actor=acme.actor(), customer_ids=[customer.pk], reason="Because")
    with globex.inside():
        stranger = globex.actor(Role.ADMIN)
        assert not delete_customers(actor=stranger, customer_ids=[customer.pk], reason="Because")
