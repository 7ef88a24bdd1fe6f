"""The card: everything about one person, in a fixed number of queries."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from crm.errors import NotFound
from crm.roles import Role
from customers.models import Customer, ExternalIdentity, ProfileLink
from customers.selectors.card import MergedInto, get_card
from customers.services.consent import record_consent
from customers.services.contact_points import add_contact_point
from customers.services.removal import delete_customer
from customers.services.tags import set_tags
from tests.factories.customers import make_customer
from tests.worlds import World

PHONE, EMAIL = "+61412345678", "ana@example.com"


def merge(loser: Customer, into: Customer) -> None:
    Customer.objects.filter(pk=loser.pk).update(record_state="merged", merged_into=into)


def fill(world: World, customer: Customer) -> None:
    actor = world.system()
    add_contact_point(actor=actor, customer_id=customer.pk, kind="phone", text="+61293744000")
    set_tags(actor=actor, customer_id=customer.pk, names=["VIP", "Golf"])
    for granted in (True, False):
        record_consent(
            actor=world.actor(Role.RECEPTIONIST),
            customer_id=customer.pk,
            channel="email",
            granted=granted,
            source="on the phone",
        )
    ExternalIdentity.objects.create(
        company=world.company, customer=customer, system="pos", external_id="77"
    )
    ProfileLink.objects.create(
        company=world.company, customer=customer, provider="line", profile_id="U1"
    )
    merge(make_customer(actor), customer)


def test_all_that_is_known(acme: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ana = make_customer(acme.system(), phone=PHONE, email=EMAIL)
    with django_assert_num_queries(7):
        get_card(actor=acme.actor(Role.FINANCE), customer_id=ana.pk)
    fill(acme, ana)
    with django_assert_num_queries(7):
        card = get_card(actor=acme.actor(Role.FINANCE), customer_id=ana.pk)
    assert [point.value for point in card.contact_points] == [PHONE, "+61293744000", EMAIL]
    assert [point.value for point in card.phones] == [PHONE, "+61293744000"]
    assert [point.value for point in card.emails] == [EMAIL]
    assert [tag.name for tag in card.tags] == ["Golf", "VIP"]
    assert [(event.channel, event.granted) for event in card.consent] == [("email", False)]
    assert [one.external_id for one in card.external_identities] == ["77"]
    assert [one.profile_id for one in card.profile_links] == ["U1"]
    assert len(card.merged_from) == 1


def test_a_merged_record_names_its_survivor_through_chains(acme: World) -> None:
    first, second, third = (make_customer(acme.system()) for _ in range(3))
    merge(second, third)
    merge(first, second)
    with pytest.raises(MergedInto) as moved:
        get_card(actor=acme.system(), customer_id=first.pk)
    assert moved.value.survivor_id == third.pk


def test_a_deleted_record_is_there_for_those_who_may_restore_it(acme: World) -> None:
    ana = make_customer(acme.system())
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="Test")
    assert get_card(actor=acme.actor(Role.MANAGER), customer_id=ana.pk).customer == ana
    with pytest.raises(NotFound):
        get_card(actor=acme.actor(Role.RECEPTIONIST), customer_id=ana.pk)


def test_strangers_find_nothing(acme: World, globex: World) -> None:
    ana = make_customer(acme.system())
    with pytest.raises(NotFound):
        get_card(actor=acme.system(), customer_id=uuid4())
    with globex.inside(), pytest.raises(NotFound):
        get_card(actor=globex.actor(Role.ADMIN), customer_id=ana.pk)
