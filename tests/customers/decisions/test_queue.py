"""The queue of candidates: surest first, closed filters, a fixed cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.errors import Forbidden, InvalidInput, NotFound
from crm.roles import Role
from customers.models import DuplicateCandidate, ProfileLink
from customers.models.duplicate import CandidateState, PairRelation, Verdict
from customers.selectors.duplicates import (
    CandidateFilters,
    Confidence,
    candidate,
    candidate_queue,
    count_candidates,
)
from customers.services.contact_points import add_contact_point
from customers.services.match_decisions import decide
from customers.services.removal import delete_customer
from tests.factories.candidates import make_candidate, make_pair
from tests.factories.customers import make_customer
from tests.worlds import World


def queue(world: World, **filters: Any) -> list[DuplicateCandidate]:
    page = candidate_queue(actor=world.actor(Role.MANAGER), filters=CandidateFilters(**filters))
    return [pair.candidate for pair in page.rows]


def test_surest_first_page_by_page(acme: World, globex: World) -> None:
    made = [make_pair(acme, bits=bits) for bits in (3.0, 12.0, 12.0, 7.5)]
    with globex.inside():
        make_pair(globex)
    actor = acme.actor(Role.MANAGER)
    seen, cursor = [], ""
    while True:
        page = candidate_queue(actor=actor, cursor=cursor, size=1)
        seen += [pair.candidate for pair in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == sorted(made, key=lambda one: (-one.bits, [-part for part in one.pk.bytes]))
    back = candidate_queue(actor=actor, cursor=page.previous_cursor, size=3)
    assert [pair.candidate for pair in back.rows] == seen[:3]
    assert count_candidates(actor=actor) == 4
    assert count_candidates(actor=actor, most=3) == 3


def test_each_filter(acme: World) -> None:
    sure, likely, possible = (make_pair(acme, bits=bits) for bits in (11.0, 6.0, 1.0))
    likely.relation = PairRelation.RELATIVE
    likely.found_at = timezone.now() - timedelta(days=9)
    likely.save()
    ProfileLink.objects.create(
        company=acme.company, customer=possible.right, provider="line", profile_id="U1"
    )
    assert queue(acme) == [sure, likely, possible]
    assert queue(acme, relation=PairRelation.RELATIVE) == [likely]
    assert queue(acme, confidence=Confidence.SURE) == [sure]
    assert queue(acme, confidence=Confidence.LIKELY) == [likely]
    assert queue(acme, confidence=Confidence.POSSIBLE) == [possible]
    assert queue(acme, has_profile_link=True) == [possible]
    assert queue(acme, has_profile_link=False) == [sure, likely]
    assert queue(acme, found_since=timezone.now() - timedelta(days=1)) == [sure, possible]
    decide(
        actor=acme.actor(Role.ADMIN),
        left_id=sure.left_id,
        right_id=sure.right_id,
        verdict=Verdict.NOT_DUPLICATE,
    )
    assert queue(acme) == [likely, possible]
    assert queue(acme, state=CandidateState.DISMISSED) == [sure]
    delete_customer(actor=acme.system(), customer_id=likely.left_id, reason="Test")
    assert queue(acme) == [possible]


@pytest.mark.parametrize("field", ["state", "relation", "confidence"])
def test_values_that_are_on_no_list(acme: World, field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        queue(acme, **{field: "'; --"})
    assert field in error.value.fields
    with pytest.raises(InvalidInput):
        candidate_queue(actor=acme.actor(Role.ADMIN), cursor="x")


def test_a_pair_with_all_that_is_shown(acme: World, globex: World) -> None:
    one = make_customer(acme.system(), email="ana@example.com")
    add_contact_point(actor=acme.system(), customer_id=one.pk, kind="phone", text="+61293744000")
    other = make_customer(acme.system())
    for customer, profile in ((one, "U1"), (other, "U2")):
        ProfileLink.objects.create(
            company=acme.company, customer=customer, provider="line", profile_id=profile
        )
    made = make_candidate(one, other, bits=10.0)
    decision = decide(
        actor=acme.actor(Role.MANAGER),
        left_id=one.pk,
        right_id=other.pk,
        verdict=Verdict.HOUSEHOLD,
    )
    pair = candidate(actor=acme.actor(Role.MANAGER), candidate_id=made.pk)
    assert (pair.left.customer, pair.right.customer) == (one, other)
    assert [point.value for point in pair.left.phones][1:] == ["+61293744000"]
    assert [point.value for point in pair.left.emails] == ["ana@example.com"]
    assert pair.right.emails == []
    assert [line.words for line in pair.evidence] == ["same private phone", "other birthday"]
    assert pair.probability == pytest.approx(1024 / 1025)
    assert pair.has_different_profiles
    assert pair.decision == decision
    assert pair.left.household_id == pair.right.household_id is not None
    with globex.inside(), pytest.raises(NotFound):
        candidate(actor=globex.actor(Role.MANAGER), candidate_id=made.pk)


def test_not_for_everybody(acme: World) -> None:
    pair = make_pair(acme)
    for role in (Role.RECEPTIONIST, Role.TEAM_LEAD, Role.FINANCE):
        with pytest.raises(Forbidden):
            candidate_queue(actor=acme.actor(role))
        with pytest.raises(Forbidden):
            candidate(actor=acme.actor(role), candidate_id=pair.pk)


def test_the_cost_does_not_grow(
    acme: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rows in (1, 4):
        for _ in range(rows):
            make_pair(acme)
        with django_assert_num_queries(5):
            page = candidate_queue(actor=acme.actor(Role.MANAGER), size=3)
    with django_assert_num_queries(6):
        candidate_queue(actor=acme.actor(Role.MANAGER), size=3, cursor=page.next_cursor)
