"""Who is it? Exact values link one person, or nobody."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.errors import Forbidden
from crm.roles import Role
from customers.models import Customer
from customers.models.customer import Origin
from customers.services.find_or_create import find_or_create_by_phone
from customers.services.identify import Outcome, identify
from tests.factories.customers import make_customer
from tests.worlds import World

PHONE, EMAIL = "+61412345678", "ana@example.com"


def test_a_phone_of_one_person_identifies_them(acme: World) -> None:
    ana = make_customer(acme.system(), name="Ana Lim", phone="0412 345 678")
    found = identify(actor=acme.actor(Role.RECEPTIONIST), phone=PHONE)
    assert (found.outcome, found.customer, found.method) == (Outcome.ONE, ana, "phone")
    assert found.confidence == 1.0


def test_an_unknown_phone_is_nobody(acme: World) -> None:
    found = identify(actor=acme.system(), phone=PHONE, email=EMAIL)
    assert (found.outcome, found.customer, found.confidence) == (Outcome.NOBODY, None, 0.0)


def test_no_value_is_nobody_even_where_customers_lack_contacts(acme: World) -> None:
    make_customer(acme.system(), phone="", email=EMAIL)
    assert identify(actor=acme.system()).outcome is Outcome.NOBODY


def test_a_shared_phone_identifies_nobody_alone_latest_active_first(acme: World) -> None:
    mother = make_customer(acme.system(), name="Mother Lim", phone=PHONE)
    child = make_customer(acme.system(), name="Child Lim", phone=PHONE, share=True)
    found = identify(actor=acme.system(), phone=PHONE)
    assert (found.outcome, found.customer) == (Outcome.SEVERAL, None)
    assert list(found.candidates) == [child, mother]


def test_a_shared_phone_with_one_persons_email_is_that_person(acme: World) -> None:
    mother = make_customer(acme.system(), name="Mother Lim", phone=PHONE, email=EMAIL)
    make_customer(acme.system(), name="Child Lim", phone=PHONE, share=True)
    found = identify(actor=acme.system(), phone=PHONE, email=EMAIL)
    assert (found.outcome, found.customer, found.method) == (Outcome.ONE, mother, "email")
    assert found.candidates[0] == mother


def test_phone_and_email_of_different_people_contradict(acme: World) -> None:
    make_customer(acme.system(), name="Ana Lim", phone=PHONE)
    make_customer(acme.system(), name="Ben Roy", phone="", email=EMAIL)
    found = identify(actor=acme.system(), phone=PHONE, email=EMAIL)
    assert (found.outcome, found.customer) == (Outcome.CONTRADICTION, None)
    assert {one.full_name for one in found.candidates} == {"Ana Lim", "Ben Roy"}


def test_phone_and_email_of_the_same_person_agree(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE, email=EMAIL)
    found = identify(actor=acme.system(), phone=PHONE, email=EMAIL)
    assert (found.outcome, found.customer, found.method) == (Outcome.ONE, ana, "phone and email")


def test_the_dead_are_not_identified(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    Customer.objects.filter(pk=ana.pk).update(record_state="deleted", deleted_at=ana.created_at)
    assert identify(actor=acme.system(), phone=PHONE).outcome is Outcome.NOBODY


def test_another_companys_customer_is_nobody(acme: World, globex: World) -> None:
    make_customer(acme.system(), phone=PHONE)
    with globex.inside():
        assert identify(actor=globex.system(), phone=PHONE).outcome is Outcome.NOBODY


def test_every_role_may_look(acme: World) -> None:
    for role in Role:
        identify(actor=acme.actor(role), phone=PHONE)


def test_finance_may_not_create_on_the_way(acme: World) -> None:
    with pytest.raises(Forbidden):
        find_or_create_by_phone(
            actor=acme.actor(Role.FINANCE), phone_text=PHONE, origin=Origin.LEAD
        )


HOLDINGS = st.lists(
    st.tuples(st.sampled_from(["", PHONE, "+61412345679"]), st.sampled_from(["", EMAIL])),
    min_size=1,
    max_size=4,
).filter(lambda people: all(phone or email for phone, email in people))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=HOLDINGS)
def test_one_is_always_somebody_who_holds_an_unshared_value(
    acme: World, people: list[tuple[str, str]]
) -> None:
    with transaction.atomic():
        made = [
            make_customer(acme.system(), phone=phone, email=email, share=True)
            for phone, email in people
        ]
        found = identify(actor=acme.system(), phone=PHONE, email=EMAIL)
        with_phone = [one for one, (phone, _) in zip(made, people, strict=True) if phone == PHONE]
        with_email = [one for one, (_, email) in zip(made, people, strict=True) if email == EMAIL]
        if found.outcome is Outcome.ONE:
            assert [found.customer] in (with_phone, with_email)
        if found.outcome is Outcome.NOBODY:
            assert with_phone == with_email == []
        assert set(found.candidates) == {*with_phone, *with_email}
        transaction.set_rollback(True)
