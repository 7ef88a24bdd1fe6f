"""What a pair must show before a machine may merge it."""

from collections.abc import Callable
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from crm.roles import Role
from customers.models import ContactPoint, Customer, DuplicateCandidate, ProfileLink
from customers.models.duplicate import PairRelation, Verdict
from customers.selectors.alike_pairs import pairs_with_facts
from customers.services import auto_merge_proof as proof
from customers.services.auto_merge_proof import names_fit, reasons_not_to_merge
from customers.services.match_decisions import decide
from customers.services.removal import delete_customer
from tests.factories.candidates import make_candidate, pretend_merged
from tests.factories.customers import make_customer
from tests.worlds import World

EMAIL = "ana.costa@example.com"
Change = Callable[[World, DuplicateCandidate], object]


def alike(world: World, *, email: str = EMAIL, name: str = "Ana Costa") -> DuplicateCandidate:
    """Two records that share an e-mail and nothing else."""
    one = make_customer(world.system(), email=email, name=name)
    other = make_customer(world.system(), email=email, name=name, share=True)
    return make_candidate(one, other)


def reason_of(pair: DuplicateCandidate) -> str:
    fresh = DuplicateCandidate.objects.select_related("left", "right").filter(pk=pair.pk)
    return reasons_not_to_merge(pairs_with_facts(list(fresh)))[0]


def edit(customer: Customer, **values: object) -> None:
    Customer.objects.filter(pk=customer.pk).update(**values)


def link(world: World, customer: Customer, profile: str) -> None:
    ProfileLink.objects.create(
        company=world.company, customer=customer, provider="line", profile_id=profile
    )


def born(pair: DuplicateCandidate, left: date, right: date) -> None:
    edit(pair.left, birthday=left)
    edit(pair.right, birthday=right)


def test_a_private_email_and_fitting_names_are_enough(acme: World) -> None:
    assert reason_of(alike(acme)) == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda w, p: link(w, p.left, "U1"), ""),
        (lambda w, p: (link(w, p.left, "U1"), link(w, p.right, "U2")), proof.PROFILES),
        (
            lambda w, p: DuplicateCandidate.objects.update(relation=PairRelation.RELATIVE),
            proof.OTHER_RELATION,
        ),
        (lambda w, p: born(p, date(1990, 5, 17), date(1990, 5, 18)), proof.BIRTHDAYS),
        (lambda w, p: edit(p.left, full_name="Anna Costa"), proof.NAMES),
        (lambda w, p: edit(p.left, name_is_placeholder=True), proof.NAMES),
        (lambda w, p: ContactPoint.objects.update(is_invalid=True), proof.NO_PROOF),
        (
            lambda w, p: delete_customer(actor=w.system(), customer_id=p.left_id, reason="Test"),
            proof.MERGED_OR_DELETED,
        ),
        (
            lambda w, p: make_customer(w.system(), email=EMAIL, name="Third", share=True),
            proof.NO_PROOF,
        ),
    ],
)
def test_what_keeps_a_machine_from_it(acme: World, change: Change, reason: str) -> None:
    pair = alike(acme)
    change(acme, pair)
    assert reason_of(pair) == reason


def test_other_proofs(acme: World) -> None:
    office = alike(acme, email="info@example.com")
    assert reason_of(office) == proof.NO_PROOF
    born(office, date(1990, 1, 1), date(1990, 1, 1))
    assert reason_of(office) == proof.NO_PROOF  # what forms fill in
    born(office, date(1990, 5, 17), date(1990, 5, 17))
    assert reason_of(office) == ""
    phone = "+61412999888"
    one = make_customer(acme.system(), phone=phone, name="Ben Lund")
    other = make_customer(acme.system(), phone=phone, name="Ben Lund", share=True)
    home = make_candidate(one, other)
    assert reason_of(home) == ""
    ContactPoint.objects.filter(customer=one).update(extension="12")
    assert reason_of(home) == proof.NO_PROOF


def test_a_verdict_about_what_was_merged_in_binds_too(acme: World) -> None:
    pair = alike(acme)
    absorbed, absorbed_before = (make_customer(acme.system()) for _ in range(2))
    decide(
        actor=acme.actor(Role.MANAGER),
        left_id=absorbed_before.pk,
        right_id=pair.right_id,
        verdict=Verdict.NOT_DUPLICATE,
    )
    pretend_merged(absorbed_before, absorbed)
    pretend_merged(absorbed, pair.left)
    assert reason_of(pair) == proof.DECIDED
    # Another verdict about the survivors does not outweigh it: people contradict each other.
    decide(
        actor=acme.actor(Role.MANAGER),
        left_id=pair.left_id,
        right_id=pair.right_id,
        verdict=Verdict.SAME,
    )
    assert reason_of(pair) == proof.DECIDED


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("Ana Costa", "Costa, Ana", True),
        ("Dr Ana Costa", "ana  COSTA", True),
        ("Ana Costa", "Ana Lucia Costa", True),
        ("Chloé O’Neill", "Chloe O'Neill", True),
        ("Ana", "Ana", True),
        ("Ana", "Ana Costa", False),
        ("Maria Kovacs", "Marie Kovacs", False),
        ("Bob Lund", "Robert Lund", False),
        ("Ana Costa", "Ben Costa", False),
    ],
)
def test_names_that_fit(one: str, other: str, fits: bool) -> None:
    assert names_fit(Customer(full_name=one), Customer(full_name=other)) is fits


def test_the_cost_does_not_grow(
    acme: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        alike(acme, email=f"ana{number}@example.com")
        rows = list(DuplicateCandidate.objects.select_related("left", "right"))
        pairs = pairs_with_facts(rows)
        with django_assert_num_queries(3):
            reasons_not_to_merge(pairs)
