"""Profiles find their customers by proven phones and e-mails, exactly and only then."""

import pytest

from crm.models import OutboxEvent
from customers.models import Customer, ProfileLink
from customers.selectors.profile_customer import LinkState, customer_of_profile
from customers.services.match_profile import ProvenClaims, match_profile, proven_phone
from customers.services.profile_links import link_profile, relink_profile
from customers.services.removal import delete_customer, restore_customer
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World

LINE = {"provider": "line", "profile_id": "U4af4980629"}
PHONE, EMAIL = "+61412345678", "ana@example.com"


def match(world: World, **claims: str) -> ProfileLink:
    return match_profile(actor=world.system(), claims=ProvenClaims(**claims), **LINE)


@pytest.mark.parametrize(
    ("claims", "method"),
    [
        ({"phone": PHONE}, "phone_exact_match"),
        ({"email": EMAIL}, "email_exact_match"),
        ({"phone": PHONE, "email": EMAIL}, "phone_and_email_exact_match"),
    ],
)
def test_exactly_one(acme: World, claims: dict[str, str], method: str) -> None:
    ana = make_customer(acme.system(), phone=PHONE, email=EMAIL)
    link = match(acme, **claims)
    assert (link.customer, link.match_method, link.match_confidence) == (ana, method, 1.0)
    assert not link.decided_by_human
    assert match(acme, **claims) == link
    assert OutboxEvent.objects.filter(topic="link.linked").count() == 1


def test_nobody_several_and_contradiction_link_nobody(acme: World) -> None:
    assert (match(acme).customer, match(acme).match_method) == (None, "no_customer")
    make_customer(acme.system(), name="Mother", phone=PHONE)
    make_customer(acme.system(), name="Child", phone=PHONE, share=True)
    make_customer(acme.system(), phone="", email=EMAIL)
    assert match(acme, phone=PHONE).match_method == "several_customers"
    link = match(acme, phone=PHONE, email=EMAIL)
    assert (link.customer, link.match_method) == (None, "contradiction")
    assert ProfileLink.objects.count() == 1
    assert not OutboxEvent.objects.filter(topic__startswith="link.").exists()


def test_a_known_profile_is_matched_when_its_customer_comes(acme: World) -> None:
    assert match(acme, phone=PHONE).customer is None
    ana = make_customer(acme.system(), phone=PHONE)
    assert match(acme, phone=PHONE).customer == ana


def test_a_living_link_is_left_alone(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    make_customer(acme.system(), phone="", email=EMAIL)
    match(acme, phone=PHONE)
    assert match(acme, email=EMAIL).customer == ana


@pytest.mark.parametrize("by_human", [False, True])
def test_a_link_to_a_vanished_customer_is_matched_anew(acme: World, by_human: bool) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    match(acme, phone=PHONE)
    if by_human:
        link_profile(actor=acme.system(), customer_id=ana.pk, **LINE)
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="entered twice")
    ben = make_customer(acme.system(), phone=PHONE)
    found = customer_of_profile(actor=acme.system(), **LINE)
    assert (found.state, found.customer) == (LinkState.LINKED_UNMATCHED, None)
    assert found.may_match
    assert match(acme, phone=PHONE).customer == ben
    assert customer_of_profile(actor=acme.system(), **LINE).state is LinkState.LINKED_MATCHED


def test_a_vanished_customer_who_is_restored_has_the_profile_again(acme: World) -> None:
    ana = make_customer(acme.system(), phone=PHONE)
    match(acme, phone=PHONE)
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="by mistake")
    assert match(acme, phone=PHONE).customer_id == ana.pk  # nobody else was found
    restore_customer(actor=acme.system(), customer_id=ana.pk)
    found = customer_of_profile(actor=acme.system(), **LINE)
    assert found.customer is not None
    assert found.customer.customer_id == ana.pk


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+61 412 345 678", PHONE),
        ("61412345678", PHONE),  # as Supabase writes it
        ("0412345678", PHONE),
        ("66812345678", "+66812345678"),
        ("12", ""),
        ("", ""),
        ("anonymous", ""),
    ],
)
def test_phones_of_claims(text: str, phone: str) -> None:
    assert proven_phone(text, regions=["AU"]) == phone


def test_eight_at_once_make_one_link(acme: World, committed: None) -> None:
    with acme.inside():
        make_customer(acme.system(), phone=PHONE)

    def work(_: int) -> ProfileLink:
        with acme.inside():
            return match(acme, phone=PHONE)

    links = run_threads(8, work)
    assert len({link.pk for link in links}) == 1
    with acme.inside():
        link = ProfileLink.objects.get()
        assert link.customer == Customer.objects.get()
        assert OutboxEvent.objects.filter(topic="link.linked").count() == 1


def test_a_person_and_the_machine_at_once(acme: World, committed: None) -> None:
    """Whoever comes first, the person's decision stands at the end."""
    with acme.inside():
        ana = make_customer(acme.system())
        make_customer(acme.system(), phone=PHONE)

    def work(number: int) -> None:
        with acme.inside():
            if number:
                match(acme, phone=PHONE)
                return
            link = match_profile(actor=acme.system(), **LINE)
            relink_profile(actor=acme.system(), link_id=link.pk, customer_id=ana.pk)

    run_threads(8, work)
    with acme.inside():
        link = ProfileLink.objects.get()
        assert (link.customer, link.decided_by_human) == (ana, True)
