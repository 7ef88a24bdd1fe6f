"""The writes behind a verdict about two records: the row, its candidate, the trail, the event."""

from uuid import UUID

from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from customers.models import DuplicateCandidate, MatchDecision
from customers.models.duplicate import CandidateState, Verdict

DECIDED = "duplicate.decided"
# Verdicts after which no machine merges the two.
BINDING = (Verdict.NOT_DUPLICATE, Verdict.HOUSEHOLD)
STATE_AFTER = {
    Verdict.SAME: CandidateState.OPEN,  # until somebody merges them
    Verdict.NOT_DUPLICATE: CandidateState.DISMISSED,
    Verdict.HOUSEHOLD: CandidateState.HOUSEHOLD,
}
Pair = tuple[UUID, UUID]


def write_verdict(
    *, actor: Actor, pair: Pair, verdict: Verdict, reason: str, is_review: bool = True
) -> MatchDecision:
    """The standing verdict of a pair in order, with its candidate; the caller holds the locks.

    A person's verdict is a review, with the score that the pair has now; `is_review` is False for
    one that only follows from another.

    Each verdict is a row of its own: undoing a merge takes back the row that the merge carried, and
    not what somebody decided about the pair since.
    """
    before = MatchDecision.objects.filter(left_id=pair[0], right_id=pair[1]).first()
    old = facts_of_verdict(before) if before else None
    if before is not None:
        before.delete()
    candidates = DuplicateCandidate.objects.filter(left_id=pair[0], right_id=pair[1])
    decision = MatchDecision.objects.create(
        company=actor.company,
        left_id=pair[0],
        right_id=pair[1],
        verdict=verdict,
        decided_by=actor.name[:200],
        reason=reason,
        is_review=is_review and actor.staff is not None,
        bits=candidates.values_list("bits", flat=True).first(),
    )
    set_candidate_state(actor, pair, STATE_AFTER[verdict])
    audit.record(
        actor=actor,
        action="matchdecision.made",
        subject=decision,
        old=old,
        new=facts_of_verdict(decision),
        reason=reason,
    )
    announce(actor, pair)
    return decision


def in_order(one: UUID, other: UUID) -> Pair:
    """The pair as it is stored: the smaller id first."""
    return (one, other) if one < other else (other, one)


def set_candidate_state(actor: Actor, pair: Pair, state: CandidateState) -> None:
    """The candidate of the pair, where there is one, follows."""
    DuplicateCandidate.objects.filter(left_id=pair[0], right_id=pair[1]).update(
        state=state,
        decided_at=timezone.now(),
        decided_by=actor.name[:200],
        updated_at=timezone.now(),
    )


def facts_of_verdict(decision: MatchDecision) -> dict[str, object]:
    """What the audit trail keeps."""
    return {
        "left": decision.left_id,
        "right": decision.right_id,
        "verdict": decision.verdict,
        "decided_by": decision.decided_by,
    }


def announce(actor: Actor, pair: Pair) -> None:
    """Tell the scan and whoever else listens."""
    outbox.publish(actor=actor, topic=DECIDED, payload={"customer_ids": list(pair)})
