"""A caller's number finds the person, or makes their record once."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.errors import Forbidden, InvalidInput
from crm.identifiers.names import is_placeholder_name
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import ContactPoint, Customer
from customers.models.customer import Origin
from customers.services.customer_fields import UNKNOWN_NAME
from customers.services.find_or_create import FoundOrCreated, find_or_create_by_phone
from customers.services.identify import Outcome
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World

PHONE, EMAIL = "+61412345678", "ana@example.com"


def test_a_new_number_makes_a_customer(acme: World) -> None:
    made = find_or_create_by_phone(
        actor=acme.actor(Role.RECEPTIONIST),
        phone_text="(04) 12 345-678",
        full_name="Ana Lim",
        email_text="Ana@Example.com",
        origin=Origin.WALK_IN,
    )
    assert made.created
    assert made.customer is not None
    assert (made.customer.full_name, made.customer.origin) == ("Ana Lim", "walk_in")
    assert made.customer.code.startswith("CUS-")
    points = ContactPoint.objects.filter(customer=made.customer, is_primary=True)
    assert {point.value for point in points} == {PHONE, EMAIL}
    assert AuditEvent.objects.get(subject_id=made.customer.pk).action == "customer.created"
    assert OutboxEvent.objects.get().payload == {"customer_id": str(made.customer.pk)}


def test_the_branchs_country_reads_the_number(acme: World) -> None:
    acme.north.region = "IN"
    made = find_or_create_by_phone(
        actor=acme.system(), phone_text="98123 45678", origin=Origin.LEAD, branch=acme.north
    )
    assert ContactPoint.objects.get(customer=made.customer).value == "+919812345678"


def test_the_second_call_finds_and_writes_nothing(acme: World) -> None:
    first = find_or_create_by_phone(
        actor=acme.system(), phone_text=PHONE, full_name="Ana Lim", origin=Origin.LEAD
    )
    before = AuditEvent.objects.count()
    second = find_or_create_by_phone(
        actor=acme.system(), phone_text="0412345678", full_name="Someone Else", origin=Origin.LEAD
    )
    assert (second.created, second.customer) == (False, first.customer)
    assert Customer.objects.get().full_name == "Ana Lim"
    assert AuditEvent.objects.count() == before


def test_no_name_gives_a_placeholder_which_the_next_real_name_replaces(acme: World) -> None:
    made = find_or_create_by_phone(actor=acme.system(), phone_text=PHONE, origin=Origin.LEAD)
    assert made.customer is not None
    assert (made.customer.full_name, made.customer.name_is_placeholder) == (UNKNOWN_NAME, True)
    for name in ("N/A", "Guest", "Ana Lim", "Ben Roy"):
        found = find_or_create_by_phone(
            actor=acme.system(), phone_text=PHONE, full_name=name, origin=Origin.LEAD
        )
    assert found.customer is not None
    assert (found.customer.full_name, found.customer.family_name) == ("Ana Lim", "Lim")
    assert (found.customer.name_is_placeholder, found.customer.version) == (False, 2)


def test_the_placeholder_is_known_as_one() -> None:
    assert is_placeholder_name(UNKNOWN_NAME)


def test_a_missing_email_is_filled_an_existing_one_stays(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    for email in (EMAIL, "other@example.com"):
        find_or_create_by_phone(
            actor=acme.system(), phone_text=PHONE, email_text=email, origin=Origin.LEAD
        )
    emails = ContactPoint.objects.filter(customer=ana, kind="email")
    assert [(email.value, email.is_primary) for email in emails] == [(EMAIL, True)]


def test_an_email_that_identifies_brings_its_owner_the_new_number(acme: World) -> None:
    ana = make_customer(acme.system(), phone="+61412000000", email=EMAIL)
    found = find_or_create_by_phone(
        actor=acme.system(), phone_text=PHONE, email_text=EMAIL, origin=Origin.LEAD
    )
    assert (found.created, found.customer) == (False, ana)
    added = ContactPoint.objects.get(customer=ana, value=PHONE)
    assert not added.is_primary
    assert OutboxEvent.objects.filter(topic="customer.phone_added").count() == 1


@pytest.mark.parametrize("email", ["", "ben@example.com"])
def test_a_shared_number_links_and_makes_nobody(acme: World, email: str) -> None:
    make_customer(acme.system(), name="Mother Lim", phone=PHONE)
    make_customer(acme.system(), name="Child Lim", phone=PHONE, share=True)
    found = find_or_create_by_phone(
        actor=acme.system(), phone_text=PHONE, email_text=email, origin=Origin.LEAD
    )
    assert (found.customer, found.created) == (None, False)
    assert found.identification.outcome is Outcome.SEVERAL
    assert Customer.objects.count() == 2


def test_a_contradiction_links_and_makes_nobody(acme: World) -> None:
    make_customer(acme.system(), phone=PHONE)
    make_customer(acme.system(), phone="", email=EMAIL)
    found = find_or_create_by_phone(
        actor=acme.system(), phone_text=PHONE, email_text=EMAIL, origin=Origin.LEAD
    )
    assert (found.customer, found.created) == (None, False)
    assert found.identification.outcome is Outcome.CONTRADICTION


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("phone", {"phone_text": "123"}),
        ("phone", {"phone_text": "call me"}),
        ("phone", {"phone_text": ""}),
        ("phone", {"phone_text": "0412\x00345678"}),
        ("email", {"phone_text": PHONE, "email_text": "no at sign"}),
        ("email", {"phone_text": PHONE, "email_text": "none@none.com"}),
        ("full_name", {"phone_text": PHONE, "full_name": "x" * 300}),
        ("full_name", {"phone_text": PHONE, "full_name": "A\x00na"}),
        ("full_name", {"phone_text": PHONE, "full_name": "A\ud800na"}),
    ],
)
def test_bad_input_is_refused_at_its_field(acme: World, field: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        find_or_create_by_phone(actor=acme.system(), origin=Origin.LEAD, **given)
    assert list(refused.value.fields) == [field]
    assert not Customer.objects.exists()


def test_finance_may_not(acme: World) -> None:
    with pytest.raises(Forbidden):
        find_or_create_by_phone(
            actor=acme.actor(Role.FINANCE), phone_text=PHONE, origin=Origin.LEAD
        )


def test_another_companys_number_is_new_here(acme: World, globex: World) -> None:
    make_customer(acme.system(), phone=PHONE)
    with globex.inside():
        made = find_or_create_by_phone(
            actor=globex.system(), phone_text=PHONE, full_name="Ana Lim", origin=Origin.LEAD
        )
        assert made.created
        assert Customer.objects.count() == 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(phone=st.text(max_size=30), name=st.text(max_size=210), email=st.text(max_size=40))
def test_any_text_is_kept_or_refused_never_a_crash(
    acme: World, phone: str, name: str, email: str
) -> None:
    with transaction.atomic():
        for number in (phone, PHONE):
            with suppress(InvalidInput):
                made = find_or_create_by_phone(
                    actor=acme.system(),
                    phone_text=number,
                    full_name=name,
                    email_text=email,
                    origin=Origin.LEAD,
                )
                assert made.customer is not None
        transaction.set_rollback(True)


@pytest.mark.parametrize("email", ["", EMAIL])
def test_eight_at_once_make_one_customer(committed: None, acme: World, email: str) -> None:
    def call(number: int) -> FoundOrCreated:
        with acme.inside():
            return find_or_create_by_phone(
                actor=acme.system(),
                phone_text=PHONE,
                full_name=f"Caller {chr(65 + number)}",
                email_text=email,
                origin=Origin.LEAD,
            )

    results = run_threads(8, call)
    assert [result.created for result in results].count(True) == 1
    assert len({result.customer.pk for result in results if result.customer}) == 1
    with acme.inside():
        assert Customer.objects.count() == 1
        assert ContactPoint.objects.filter(kind="phone").count() == 1


def test_eight_at_once_with_one_email_and_eight_numbers_make_one(
    committed: None, acme: World
) -> None:
    def call(number: int) -> FoundOrCreated:
        with acme.inside():
            return find_or_create_by_phone(
                actor=acme.system(),
                phone_text=f"+6141234567{number}",
                full_name="Ana Lim",
                email_text=EMAIL,
                origin=Origin.LEAD,
            )

    run_threads(8, call)
    with acme.inside():
        assert Customer.objects.count() == 1
        assert ContactPoint.objects.filter(kind="phone", is_primary=True).count() == 1
        assert ContactPoint.objects.filter(kind="phone").count() == 8


def test_eight_at_once_fill_one_placeholder_once(committed: None, acme: World) -> None:
    with acme.inside():
        find_or_create_by_phone(actor=acme.system(), phone_text=PHONE, origin=Origin.LEAD)

    def call(number: int) -> FoundOrCreated:
        with acme.inside():
            return find_or_create_by_phone(
                actor=acme.system(),
                phone_text=PHONE,
                full_name=f"Caller {chr(65 + number)} Lim",
                email_text=EMAIL,
                origin=Origin.LEAD,
            )

    run_threads(8, call)
    with acme.inside():
        assert Customer.objects.get().version == 2
        assert AuditEvent.objects.filter(action="customer.updated").count() == 1
