"""Staff link, unlink and hand over profiles; what they decide binds the machine."""

import pytest

from crm.actors import Actor
from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import Customer, ProfileLink
from customers.selectors.profile_customer import customer_of_profile
from customers.services.match_profile import ProvenClaims, match_profile
from customers.services.merge import merge_customers
from customers.services.profile_links import (
    link_profile,
    release_profile,
    relink_profile,
    unlink_profile,
)
from customers.services.removal import delete_customer
from tests.factories.customers import make_customer
from tests.worlds import World

LINE = {"provider": "line", "profile_id": "U4af4980629"}
PHONE = "+61412345678"


@pytest.fixture
def manager(acme: World) -> Actor:
    return acme.actor(Role.MANAGER)


def link_of(actor: Actor, customer: Customer) -> ProfileLink:
    return link_profile(actor=actor, customer_id=customer.pk, **LINE)


def topics() -> list[str]:
    rows = OutboxEvent.objects.filter(topic__startswith="link.").order_by("pk")
    return [row.topic for row in rows]


def test_a_link_by_hand(manager: Actor) -> None:
    ana = make_customer(manager)
    link = link_of(manager, ana)
    assert (link.customer, link.match_method, link.match_confidence) == (ana, "manual", 1.0)
    assert (link.linked_by, link.decided_by_human) == (manager.name, True)
    assert link.linked_at is not None
    told = AuditEvent.objects.get(action="customer.profile_linked")
    assert (told.subject_id, told.new["profile_id"]) == (str(ana.pk), LINE["profile_id"])
    event = OutboxEvent.objects.get(topic="link.linked")
    assert event.payload == {
        "link_id": str(link.pk),
        "customer_id": str(ana.pk),
        "previous_customer_id": None,
    }


def test_again_is_the_same_as_once(manager: Actor) -> None:
    ana = make_customer(manager)
    first, second = link_of(manager, ana), link_of(manager, ana)
    assert first == second
    assert topics() == ["link.linked"]


def test_many_profiles_may_be_one_persons(manager: Actor) -> None:
    ana = make_customer(manager)
    link_of(manager, ana)
    link_profile(actor=manager, provider="line", profile_id="U2", customer_id=ana.pk)
    assert ana.profile_links.count() == 2


def test_a_profile_of_somebody_else_is_not_taken_by_accident(manager: Actor) -> None:
    ana, ben = make_customer(manager), make_customer(manager)
    link = link_of(manager, ana)
    with pytest.raises(Conflict) as refused:
        link_of(manager, ben)
    assert (refused.value.code, refused.value.details) == (
        "linked_elsewhere",
        {"link_id": link.pk},
    )


def test_handing_over_tells_both(manager: Actor) -> None:
    ana, ben = make_customer(manager), make_customer(manager)
    link = link_of(manager, ana)
    relink_profile(actor=manager, link_id=link.pk, customer_id=ben.pk, reason="twins")
    gone = AuditEvent.objects.get(action="customer.profile_unlinked")
    assert (gone.subject_id, gone.reason) == (str(ana.pk), "twins")
    event = OutboxEvent.objects.filter(topic="link.linked").last()
    assert event is not None
    assert event.payload["previous_customer_id"] == str(ana.pk)
    assert customer_of_profile(actor=manager, **LINE).customer is not None


def test_unlinking_needs_a_reason_and_is_told(manager: Actor) -> None:
    ana = make_customer(manager)
    link = link_of(manager, ana)
    with pytest.raises(InvalidInput, match="why"):
        unlink_profile(actor=manager, link_id=link.pk, reason=" ")
    link = unlink_profile(actor=manager, link_id=link.pk, reason="not hers")
    assert (link.customer, link.match_confidence, link.is_blocked) == (None, None, True)
    assert topics() == ["link.linked", "link.unlinked"]
    with pytest.raises(Conflict, match="no customer"):
        unlink_profile(actor=manager, link_id=link.pk, reason="again")


def test_the_machine_never_overturns_a_persons_link(manager: Actor) -> None:
    ana, ben = make_customer(manager), make_customer(manager, phone=PHONE)
    link_of(manager, ana)
    link = match_profile(actor=manager, claims=ProvenClaims(phone=PHONE), **LINE)
    assert (link.customer, link.match_method) == (ana, "manual")
    assert not ben.profile_links.exists()


def test_the_machine_never_overturns_a_persons_unlink(manager: Actor) -> None:
    ana = make_customer(manager, phone=PHONE)
    claims = ProvenClaims(phone=PHONE)
    link = match_profile(actor=manager, claims=claims, **LINE)
    assert link.customer == ana
    unlink_profile(actor=manager, link_id=link.pk, reason="not hers")
    assert match_profile(actor=manager, claims=claims, **LINE).customer is None
    assert customer_of_profile(actor=manager, **LINE).is_blocked
    release_profile(actor=manager, link_id=link.pk)
    assert match_profile(actor=manager, claims=claims, **LINE).customer == ana
    with pytest.raises(Conflict, match="not unlinked"):
        release_profile(actor=manager, link_id=link.pk)


def test_a_person_may_link_again_what_they_unlinked(manager: Actor) -> None:
    ana = make_customer(manager)
    link = link_of(manager, ana)
    unlink_profile(actor=manager, link_id=link.pk, reason="a mistake")
    assert link_of(manager, ana).customer == ana


def test_a_link_follows_merges_and_can_be_unlinked_at_the_survivor(manager: Actor) -> None:
    ana, ben, carl = (make_customer(manager) for _ in range(3))
    link = link_of(manager, ana)
    merge_customers(actor=manager, survivor_id=ben.pk, others=[ana.pk])
    merge_customers(actor=manager, survivor_id=carl.pk, others=[ben.pk])
    found = customer_of_profile(actor=manager, **LINE).customer
    assert found is not None
    assert found.customer_id == carl.pk
    with pytest.raises(NotFound):
        unlink_profile(actor=manager, link_id=link.pk, customer_id=ana.pk, reason="old card")
    unlink_profile(actor=manager, link_id=link.pk, customer_id=carl.pk, reason="not his")


def test_a_deleted_customers_profile_may_be_linked_to_another(manager: Actor) -> None:
    ana, ben = make_customer(manager), make_customer(manager)
    link_of(manager, ana)
    delete_customer(actor=manager, customer_id=ana.pk, reason="asked")
    assert link_of(manager, ben).customer == ben


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.RELATIONSHIP_MANAGER, Role.FINANCE])
def test_who_may_not(acme: World, role: Role) -> None:
    ana = make_customer(acme.system())
    link = link_of(acme.system(), ana)
    actor = acme.actor(role)
    for attempt in (
        lambda: link_of(actor, ana),
        lambda: unlink_profile(actor=actor, link_id=link.pk, reason="x"),
        lambda: relink_profile(actor=actor, link_id=link.pk, customer_id=ana.pk),
        lambda: release_profile(actor=actor, link_id=link.pk),
    ):
        with pytest.raises(Forbidden):
            attempt()


@pytest.mark.parametrize(
    ("field", "profile"),
    [
        ("provider", {"provider": " ", "profile_id": "U1"}),
        ("profile_id", {"provider": "line", "profile_id": ""}),
        ("profile_id", {"provider": "line", "profile_id": "U" * 201}),
        ("profile_id", {"provider": "line", "profile_id": "U\x001"}),
    ],
)
def test_profiles_that_cannot_be_kept(manager: Actor, field: str, profile: dict[str, str]) -> None:
    ana = make_customer(manager)
    with pytest.raises(InvalidInput) as refused:
        link_profile(actor=manager, customer_id=ana.pk, **profile)
    assert set(refused.value.fields) == {field}


def test_another_company(acme: World, globex: World, manager: Actor) -> None:
    ana = make_customer(manager)
    link = link_of(manager, ana)
    stranger = globex.actor(Role.ADMIN)
    with globex.inside():
        assert customer_of_profile(actor=stranger, **LINE).link_id is None
        with pytest.raises(NotFound):
            link_of(stranger, ana)
        with pytest.raises(NotFound):
            unlink_profile(actor=stranger, link_id=link.pk, reason="x")
        own = make_customer(stranger)
        assert link_of(stranger, own).pk != link.pk
    assert link_of(manager, ana).customer == ana
