"""Many customers at once: with others doing the same at the same time."""

from datetime import date
from typing import Any

import pytest

from crm.errors import DuplicateFound, Forbidden, StaleVersion
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.services.contact_entries import EmailEntry, PhoneEntry
from customers.services.create_many import Newcomer, create_customers
from customers.services.edit_many import Edit, edit_customers
from tests.factories.customers import make_customer, next_phone
from tests.threads import run_threads
from tests.worlds import World


def newcomer(phone: str, name: str = "Ana Silva", **attributes: Any) -> Newcomer:
    return Newcomer(full_name=name, phones=[PhoneEntry(phone)], attributes=attributes)


def test_of_four_at_once_each_number_comes_in_once(committed: None, acme: World) -> None:
    phones = [next_phone() for _ in range(12)]

    def save(number: int) -> int:
        order = phones if number % 2 else phones[::-1]
        with acme.inside():
            made = create_customers(
                actor=acme.actor(), newcomers=[newcomer(phone) for phone in order]
            )
        assert all(isinstance(one, Customer | DuplicateFound) for one in made)
        return sum(isinstance(one, Customer) for one in made)

    assert sum(run_threads(4, save)) == len(phones)
    with acme.inside():
        assert sorted(ContactPoint.objects.values_list("value", flat=True)) == sorted(phones)
        assert Customer.objects.count() == len(phones)
        assert AuditEvent.objects.filter(action="customer.created").count() == len(phones)


def test_of_four_at_once_one_edits(committed: None, acme: World) -> None:
    with acme.inside():
        people = [make_customer(acme.actor(), name=f"Ana {number}") for number in range(5)]

    def save(number: int) -> int:
        order = people if number % 2 else people[::-1]
        edits = [
            Edit(customer_id=one.pk, version=1, changes={"city": f"City {number}"}) for one in order
        ]
        with acme.inside():
            done = edit_customers(actor=acme.actor(), edits=edits)
        assert all(isinstance(one, Customer | StaleVersion) for one in done)
        return sum(isinstance(one, Customer) for one in done)

    assert sum(run_threads(4, save)) == len(people)
    with acme.inside():
        assert set(Customer.objects.values_list("version", flat=True)) == {2}
        assert len(set(Customer.objects.values_list("city", flat=True))) == 1


def test_all_that_can_be_set_is_kept(acme: World) -> None:
    (made,) = create_customers(
        actor=acme.actor(),
        newcomers=[
            Newcomer(
                full_name="Ana Silva",
                phones=[PhoneEntry("0412 345 678", "mobile"), PhoneEntry("+61412345678")],
                emails=[EmailEntry("Ana@Example.com")],
                attributes={"city": "Perth", "birthday": date(1990, 5, 17), "language": "pt"},
            )
        ],
    )
    assert isinstance(made, Customer)
    points = ContactPoint.objects.filter(customer=made).order_by("kind")
    assert [(one.value, one.label, one.is_primary) for one in points] == [
        ("ana@example.com", "", True),
        ("+61412345678", "mobile", True),
    ]
    changes = {"birthday": None, "full_name": "Ana Souza", "preferred_contact": "sms"}
    (done,) = edit_customers(
        actor=acme.actor(), edits=[Edit(customer_id=made.pk, version=1, changes=changes)]
    )
    assert isinstance(done, Customer)
    now = Customer.objects.get(pk=made.pk)
    assert (now.birthday, now.family_name, now.preferred_contact) == (None, "Souza", "sms")
    assert (now.city, now.language, now.version) == ("Perth", "pt", 2)
    assert (done.birthday, done.version) == (None, 2)


def test_a_change_that_is_none_writes_nothing(acme: World) -> None:
    customer = make_customer(acme.actor(), city="Perth")
    before = AuditEvent.objects.count()
    edits = [Edit(customer_id=customer.pk, version=1, changes={"city": "Perth"})]
    (done,) = edit_customers(actor=acme.actor(), edits=edits)
    assert isinstance(done, Customer)
    assert (done.version, AuditEvent.objects.count()) == (1, before)


def test_finance_may_not(acme: World) -> None:
    finance = acme.actor(Role.FINANCE)
    with pytest.raises(Forbidden):
        create_customers(actor=finance, newcomers=[newcomer(next_phone())])
    with pytest.raises(Forbidden):
        edit_customers(actor=finance, edits=[])
