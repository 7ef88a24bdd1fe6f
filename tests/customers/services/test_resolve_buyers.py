"""Buyers find their customers, or become new ones: hundreds at once, and once each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.errors import Forbidden
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import ConsentEvent, ContactPoint, Customer, ExternalIdentity
from customers.services.buyer_reading import NO_NAME, IncomingBuyer
from customers.services.consent import record_consent
from customers.services.removal import delete_customer
from customers.services.resolve_buyers import BuyerMatch, ResolvedBuyer, resolve_buyers
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
PHONE, EMAIL = "+61412345678", "ana@example.com"


def buyer(**values: Any) -> IncomingBuyer:
    return IncomingBuyer(**{"at": AT, **values})


def resolve(world: World, *buyers: IncomingBuyer) -> list[ResolvedBuyer]:
    return resolve_buyers(actor=world.system(), buyers=buyers)


def one(world: World, **values: Any) -> ResolvedBuyer:
    return resolve(world, buyer(**values))[0]


def test_an_unknown_buyer_becomes_a_customer(acme: World) -> None:
    found = one(
        acme,
        system="humanitix",
        external_id="u1",
        given_name="Ana",
        family_name="de Lim",
        email=" Ana@Example.com ",
        phone="0412 345 678",
    )
    assert (found.match, found.is_new) == (BuyerMatch.CREATED, True)
    assert (found.email, found.phone) == (EMAIL, PHONE)
    customer = Customer.objects.get(pk=found.customer_id)
    assert (customer.full_name, customer.family_name) == ("Ana de Lim", "de Lim")
    assert (customer.origin, customer.last_activity_at) == ("order", AT)
    assert customer.code.startswith("CUS-")
    points = ContactPoint.objects.filter(customer=customer, is_primary=True)
    assert {(point.value, point.source) for point in points} == {(PHONE, "order"), (EMAIL, "order")}
    assert ExternalIdentity.objects.get(customer=customer).external_id == "u1"
    assert AuditEvent.objects.get(subject_id=customer.pk).action == "customer.created"
    event = OutboxEvent.objects.get()
    assert (event.topic, event.payload) == ("customer.created", {"customer_id": str(customer.pk)})


def test_again_nothing_is_written(acme: World) -> None:
    values = {"name": "Ana Lim", "email": EMAIL, "phone": PHONE, "marketing_opt_in": True}
    first = one(acme, **values)
    before = (AuditEvent.objects.count(), OutboxEvent.objects.count())
    again = one(acme, **values)
    assert (again.customer_id, again.match) == (first.customer_id, BuyerMatch.BOTH)
    assert (AuditEvent.objects.count(), OutboxEvent.objects.count()) == before


def test_several_with_one_email_in_a_batch_are_one_customer(acme: World) -> None:
    found = resolve(
        acme,
        buyer(email=EMAIL),
        buyer(email=EMAIL.upper(), name="Ana Lim", phone=PHONE),
        buyer(phone=PHONE),
    )
    assert {each.customer_id for each in found} == {Customer.objects.get().pk}
    assert [each.match for each in found] == [
        BuyerMatch.CREATED,
        BuyerMatch.EMAIL,
        BuyerMatch.PHONE,
    ]
    assert Customer.objects.get().full_name == "Ana Lim"


def test_email_and_phone_of_different_people_link_nobody(acme: World) -> None:
    make_customer(acme.actor(), phone="", email=EMAIL)
    make_customer(acme.actor(), phone=PHONE)
    found = one(acme, email=EMAIL, phone=PHONE)
    assert (found.customer_id, found.match) == (None, BuyerMatch.CONTRADICTION)
    assert Customer.objects.count() == 2


def test_shared_values_identify_nobody_alone(acme: World) -> None:
    ana = make_customer(acme.actor(), phone=PHONE, email=EMAIL)
    make_customer(acme.actor(), phone=PHONE, share=True)
    assert one(acme, phone=PHONE).match is BuyerMatch.SEVERAL
    found = one(acme, phone=PHONE, email=EMAIL)
    assert (found.customer_id, found.match) == (ana.pk, BuyerMatch.EMAIL)


def test_the_account_at_the_platform_comes_first(acme: World) -> None:
    first = one(acme, system="eventbrite", external_id="7", email=EMAIL)
    other = make_customer(acme.actor(), phone=PHONE)
    found = one(acme, system="eventbrite", external_id="7", phone=PHONE)
    assert (found.customer_id, found.match) == (first.customer_id, BuyerMatch.PLATFORM_ID)
    assert ContactPoint.objects.get(value=PHONE).customer == other
    elsewhere = one(acme, system="humanitix", external_id="7")
    assert elsewhere.match is BuyerMatch.CREATED


def test_an_account_alone_makes_a_customer_once(acme: World) -> None:
    made = one(acme, system="shop", external_id="00042")
    again = one(acme, system="shop", external_id="00042", email=EMAIL, name="Ana Lim")
    assert (again.customer_id, again.match) == (made.customer_id, BuyerMatch.PLATFORM_ID)
    customer = Customer.objects.get()
    assert (customer.full_name, customer.contact_points.get().value) == ("Ana Lim", EMAIL)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Ana Lim"},
        {"email": "not an address", "phone": "123"},
        {"external_id": "7"},
        {"email": "\x00", "phone": "\ud800"},
    ],
)
def test_nothing_to_go_by_links_nobody(acme: World, values: dict[str, str]) -> None:
    found = one(acme, **values)
    assert (found.customer_id, found.match) == (None, BuyerMatch.NO_IDENTITY)
    assert not Customer.objects.exists()


@pytest.mark.parametrize("name", ["", "-", "N/A", "Test\x00er", "x" * 400, "\ud800"])
def test_a_name_that_cannot_be_kept_is_a_placeholder(acme: World, name: str) -> None:
    one(acme, name=name, email=EMAIL)
    customer = Customer.objects.get()
    assert (customer.full_name, customer.name_is_placeholder) == (NO_NAME, True)


def test_blanks_are_filled_and_nothing_is_overwritten(acme: World) -> None:
    known = make_customer(acme.actor(), name="Ana Lim", phone=PHONE)
    one(acme, name="Someone Else", email=EMAIL, phone=PHONE)
    known.refresh_from_db()
    assert known.full_name == "Ana Lim"
    assert set(known.contact_points.values_list("value", flat=True)) == {PHONE, EMAIL}
    one(acme, email="second@example.com", phone=PHONE)
    assert known.contact_points.count() == 2
    assert OutboxEvent.objects.filter(topic="customer.updated").count() == 1


def test_a_merged_customers_account_is_the_survivors(acme: World) -> None:
    old = one(acme, system="shop", external_id="1", email=EMAIL)
    middle, survivor = (make_customer(acme.actor()) for _ in range(2))
    for merged, into in ((old.customer_id, middle), (middle.pk, survivor)):
        Customer.objects.filter(pk=merged).update(record_state="merged", merged_into=into)
    found = one(acme, system="shop", external_id="1")
    assert (found.customer_id, found.match) == (survivor.pk, BuyerMatch.PLATFORM_ID)


def test_a_deleted_customer_is_not_brought_back(acme: World) -> None:
    old = one(acme, system="shop", external_id="1", email=EMAIL)
    assert old.customer_id is not None
    delete_customer(
        actor=acme.actor(Role.ADMIN), customer_id=old.customer_id, reason="asked to be forgotten"
    )
    assert one(acme, system="shop", external_id="1").match is BuyerMatch.REMOVED
    found = one(acme, system="shop", external_id="1", email=EMAIL)
    assert (found.match, found.customer_id == old.customer_id) == (BuyerMatch.CREATED, False)


def test_a_yes_to_marketing_raises_consent_once_and_undoes_no_later_no(acme: World) -> None:
    found = one(acme, email=EMAIL, marketing_opt_in=True)
    event = ConsentEvent.objects.get()
    assert (event.channel, event.granted, event.happened_at) == ("email", True, AT)
    assert found.customer_id is not None
    record_consent(
        actor=acme.actor(),
        customer_id=found.customer_id,
        channel="email",
        granted=False,
        source="on the phone",
    )
    one(acme, email=EMAIL, marketing_opt_in=True)
    assert ConsentEvent.objects.count() == 2
    one(acme, email=EMAIL)
    assert ConsentEvent.objects.count() == 2
    one(acme, email=EMAIL, marketing_opt_in=True, at=datetime.now(UTC) + timedelta(seconds=5))
    assert ConsentEvent.objects.filter(granted=True).count() == 2


def test_the_number_of_statements_does_not_grow(acme: World) -> None:
    def statements(count: int, start: int) -> int:
        buyers = [
            buyer(
                email=f"p{number}@example.com",
                name=f"Pat {number}",
                system="shop",
                external_id=str(number),
                marketing_opt_in=True,
            )
            for number in range(start, start + count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            resolve(acme, *buyers)
        return len(queries)

    assert statements(3, 0) == statements(60, 100)


def test_the_strangers_people_are_unknown(acme: World, globex: World) -> None:
    with globex.inside():
        theirs = make_customer(globex.actor(), phone="", email=EMAIL)
    found = one(acme, email=EMAIL)
    assert found.match is BuyerMatch.CREATED
    assert found.customer_id != theirs.pk


def test_who_may_not_add_customers_may_not_resolve(acme: World) -> None:
    with pytest.raises(Forbidden):
        resolve_buyers(actor=acme.actor(Role.FINANCE), buyers=[buyer(email=EMAIL)])


def test_eight_at_once_make_each_customer_once(committed: None, acme: World) -> None:
    people = [
        buyer(
            email=f"p{number}@example.com",
            phone=f"+6141200000{number}",
            system="s",
            external_id=f"{number}",
        )
        for number in range(6)
    ]

    def work(number: int) -> list[ResolvedBuyer]:
        turned = people[number % 6 :] + people[: number % 6]
        with acme.inside():
            found = resolve(acme, *turned)
        return sorted(found, key=lambda each: each.email)

    answers = run_threads(8, work)
    ids = {tuple(each.customer_id for each in answer) for answer in answers}
    assert len(ids) == 1
    with acme.inside():
        assert Customer.objects.count() == 6
        assert ContactPoint.objects.count() == 12
        assert ExternalIdentity.objects.count() == 6
