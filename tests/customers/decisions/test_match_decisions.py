"""A person's verdict about a pair: it stands, replaces, and holds for survivors."""

import pytest

from crm.errors import Conflict, Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Role
from customers.models import DuplicateCandidate, HouseholdMember, MatchDecision
from customers.models.duplicate import CandidateState, Verdict
from customers.services.match_decisions import carry_decisions, decide, postpone, take_back
from customers.services.removal import delete_customer
from tests.factories.candidates import make_candidate, make_pair, pretend_merged
from tests.factories.customers import make_customer
from tests.worlds import World


@pytest.fixture
def pair(acme: World) -> DuplicateCandidate:
    return make_pair(acme)


def state_of(candidate: DuplicateCandidate) -> str:
    candidate.refresh_from_db()
    return candidate.state


def decide_pair(
    world: World, pair: DuplicateCandidate, verdict: Verdict, role: Role = Role.MANAGER
) -> MatchDecision:
    return decide(
        actor=world.actor(role), left_id=pair.right_id, right_id=pair.left_id, verdict=verdict
    )


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.NOT_DUPLICATE, CandidateState.DISMISSED),
        (Verdict.HOUSEHOLD, CandidateState.HOUSEHOLD),
        (Verdict.SAME, CandidateState.OPEN),
    ],
)
def test_a_verdict_stands_and_its_candidate_follows(
    acme: World, pair: DuplicateCandidate, verdict: Verdict, state: CandidateState
) -> None:
    decision = decide_pair(acme, pair, verdict)
    assert (decision.left_id, decision.right_id) == (pair.left_id, pair.right_id)
    assert (decision.is_review, decision.bits) == (True, pair.bits)
    assert decision.decided_by == acme.staff[Role.MANAGER].display_name
    assert state_of(pair) == state
    event = AuditEvent.objects.get(action="matchdecision.made")
    assert (event.subject_id, event.new["verdict"]) == (str(decision.pk), verdict)
    assert OutboxEvent.objects.filter(topic="duplicate.decided").count() == 1
    assert HouseholdMember.objects.count() == (2 if verdict == Verdict.HOUSEHOLD else 0)


def test_a_later_verdict_replaces_the_earlier(acme: World, pair: DuplicateCandidate) -> None:
    first = decide_pair(acme, pair, Verdict.NOT_DUPLICATE)
    second = decide_pair(acme, pair, Verdict.SAME)
    assert MatchDecision.objects.get() == second
    assert second.pk != first.pk
    assert state_of(pair) == CandidateState.OPEN
    trail = AuditEvent.objects.filter(action="matchdecision.made").order_by("id").last()
    assert trail is not None
    assert (trail.old["verdict"], trail.new["verdict"]) == (Verdict.NOT_DUPLICATE, Verdict.SAME)


def test_refusals(acme: World, globex: World, pair: DuplicateCandidate) -> None:
    manager = acme.actor(Role.MANAGER)
    for role in (Role.RECEPTIONIST, Role.FINANCE):
        with pytest.raises(Forbidden):
            decide_pair(acme, pair, Verdict.SAME, role)
    with pytest.raises(Conflict, match="one and the same") as same:
        decide(actor=manager, left_id=pair.left_id, right_id=pair.left_id, verdict=Verdict.SAME)
    assert same.value.code == "same"
    with pytest.raises(InvalidInput):
        decide(
            actor=manager,
            left_id=pair.left_id,
            right_id=pair.right_id,
            verdict="maybe",  # type: ignore[arg-type]
        )
    with globex.inside(), pytest.raises(NotFound):
        decide_pair(globex, pair, Verdict.SAME)
    assert not MatchDecision.objects.exists()


def test_two_that_are_one_by_now_are_not_decided(acme: World, pair: DuplicateCandidate) -> None:
    decision = decide_pair(acme, pair, Verdict.SAME)
    pretend_merged(pair.left, pair.right)
    with pytest.raises(Conflict) as merged:
        decide_pair(acme, pair, Verdict.NOT_DUPLICATE)
    assert (merged.value.code, merged.value.details["merged_into"]) == ("merged", pair.right_id)
    with pytest.raises(Conflict):
        take_back(actor=acme.actor(Role.MANAGER), decision_id=decision.pk, reason="Wrong")


def test_a_verdict_about_a_merged_record_holds_for_its_survivor(
    acme: World, pair: DuplicateCandidate
) -> None:
    survivor = make_customer(acme.system())
    later = make_candidate(survivor, pair.right)
    pretend_merged(pair.left, survivor)
    decide_pair(acme, pair, Verdict.NOT_DUPLICATE)
    assert set(MatchDecision.objects.values_list("is_review", flat=True)) == {True, False}
    assert state_of(later) == state_of(pair) == CandidateState.DISMISSED


def test_a_household_with_a_deleted_person_is_a_verdict_without_a_link(
    acme: World, pair: DuplicateCandidate
) -> None:
    delete_customer(actor=acme.system(), customer_id=pair.left_id, reason="Test")
    decide_pair(acme, pair, Verdict.HOUSEHOLD)
    assert MatchDecision.objects.count() == 1
    assert not HouseholdMember.objects.exists()


def test_later_and_only_while_open(acme: World, globex: World, pair: DuplicateCandidate) -> None:
    manager = acme.actor(Role.MANAGER)
    postpone(actor=manager, candidate_id=pair.pk)
    postpone(actor=manager, candidate_id=pair.pk)
    assert state_of(pair) == CandidateState.LATER
    assert AuditEvent.objects.filter(action="duplicatecandidate.postponed").count() == 1
    decide_pair(acme, pair, Verdict.NOT_DUPLICATE)
    with pytest.raises(Conflict):
        postpone(actor=manager, candidate_id=pair.pk)
    with pytest.raises(Forbidden):
        postpone(actor=acme.actor(Role.SERVICE), candidate_id=pair.pk)
    with globex.inside(), pytest.raises(NotFound):
        postpone(actor=globex.actor(Role.MANAGER), candidate_id=pair.pk)


def test_taking_back_opens_the_pair_and_ends_its_household(
    acme: World, globex: World, pair: DuplicateCandidate
) -> None:
    manager = acme.actor(Role.MANAGER)
    decision = decide_pair(acme, pair, Verdict.HOUSEHOLD)
    with pytest.raises(InvalidInput):
        take_back(actor=manager, decision_id=decision.pk, reason=" ")
    with pytest.raises(Forbidden):
        take_back(actor=acme.actor(Role.TEAM_LEAD), decision_id=decision.pk, reason="Wrong")
    with globex.inside(), pytest.raises(NotFound):
        take_back(actor=globex.actor(Role.MANAGER), decision_id=decision.pk, reason="Wrong")
    take_back(actor=manager, decision_id=decision.pk, reason="Mixed up")
    assert state_of(pair) == CandidateState.OPEN
    assert not MatchDecision.objects.exists()
    assert not HouseholdMember.objects.exists()
    assert AuditEvent.objects.get(action="matchdecision.taken_back").reason == "Mixed up"
    with pytest.raises(NotFound):
        take_back(actor=manager, decision_id=decision.pk, reason="Again")


def test_a_merge_carries_verdicts_to_the_survivor(acme: World) -> None:
    absorbed, survivor, wife, twin, known = (make_customer(acme.system()) for _ in range(5))
    for partner, verdict in (
        (wife, Verdict.HOUSEHOLD),
        (twin, Verdict.NOT_DUPLICATE),
        (known, Verdict.NOT_DUPLICATE),
    ):
        decide_pair(acme, make_candidate(absorbed, partner), verdict)
    decide_pair(acme, make_candidate(survivor, known), Verdict.SAME)
    with_twin, with_stranger = (
        make_candidate(survivor, twin),
        make_candidate(absorbed, make_customer(acme.system())),
    )
    merged = make_candidate(absorbed, survivor)
    carried = carry_decisions(
        actor=acme.actor(Role.ADMIN), survivor_id=survivor.pk, absorbed_ids=[absorbed.pk]
    )
    found = {frozenset((one.left_id, one.right_id)): one for one in carried}
    assert found.keys() == {frozenset((survivor.pk, wife.pk)), frozenset((survivor.pk, twin.pk))}
    assert not any(one.is_review for one in carried)
    assert found[frozenset((survivor.pk, wife.pk))].verdict == Verdict.HOUSEHOLD
    assert state_of(merged) == CandidateState.MERGED
    assert state_of(with_twin) == CandidateState.DISMISSED
    assert state_of(with_stranger) == CandidateState.GONE
    own = MatchDecision.objects.get(left=merged.left, right=merged.right)
    assert (own.verdict, own.reason) == (Verdict.SAME, "Merged")


def test_a_machine_that_merges_decides_nothing(acme: World, pair: DuplicateCandidate) -> None:
    carried = carry_decisions(
        actor=acme.system(), survivor_id=pair.left_id, absorbed_ids=[pair.right_id]
    )
    assert carried == []
    assert not MatchDecision.objects.exists()
    assert state_of(pair) == CandidateState.MERGED


def test_verdicts_go_on_through_a_chain_of_merges(acme: World) -> None:
    first, second, third, other, others_end = (make_customer(acme.system()) for _ in range(5))
    decide_pair(acme, make_candidate(first, other), Verdict.NOT_DUPLICATE)
    pretend_merged(other, others_end)
    for absorbed, survivor in ((first, second), (second, third)):
        carry_decisions(actor=acme.system(), survivor_id=survivor.pk, absorbed_ids=[absorbed.pk])
        pretend_merged(absorbed, survivor)
    pairs = {frozenset((one.left_id, one.right_id)) for one in MatchDecision.objects.all()}
    assert pairs == {
        frozenset((first.pk, other.pk)),
        frozenset((second.pk, others_end.pk)),
        frozenset((third.pk, others_end.pk)),
    }
