"""What people decide about two alike records. It binds the machine for ever, also through merges.

A verdict is about two records as they are. Where one of them is merged into another, it holds for
the survivor as well: a merge carries the standing verdicts of what it takes in
(`carry_decisions`), and a verdict given later is written for both pairs.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.roles import Action
from customers.models import Customer, DuplicateCandidate, MatchDecision
from customers.models.duplicate import CandidateState, Verdict
from customers.selectors.survivors import survivors_of
from customers.services.customer_fields import clean_line
from customers.services.households import dissolve_pair, link_household
from customers.services.verdicts import (
    BINDING,
    STATE_AFTER,
    Pair,
    announce,
    facts_of_verdict,
    in_order,
    set_candidate_state,
    write_verdict,
)

WAITING = (CandidateState.OPEN, CandidateState.LATER)


@transaction.atomic
def decide(
    *, actor: Actor, left_id: UUID, right_id: UUID, verdict: Verdict, reason: str = ""
) -> MatchDecision:
    """Write down whether two records are one person; a verdict that stood before is replaced.

    The candidate of the pair follows: dismissed, same household, or open where they are the same
    person and wait to be merged. “Same household” links the two.

    Raises Forbidden, NotFound, InvalidInput (`verdict`, `reason`), and Conflict: `same` for a
    record and itself, `merged` for two that are one record by now.
    """
    actor.require(Action.REVIEW_DUPLICATES)
    if verdict not in Verdict.values:
        raise InvalidInput.field("verdict", "Choose one of the verdicts on the list.")
    reason = clean_line("reason", reason)
    if left_id == right_id:
        raise Conflict("This is one and the same record. Choose two.", code="same")
    later = _locked_ends(left_id, right_id)
    if later[0] == later[1]:
        raise Conflict(
            "These two are one record by now. Undo the merge if they are different people.",
            code="merged",
            details={"merged_into": later[0]},
        )
    first = in_order(left_id, right_id)
    decision = write_verdict(actor=actor, pair=first, verdict=verdict, reason=reason)
    if later != first:
        write_verdict(actor=actor, pair=later, verdict=verdict, reason=reason, is_review=False)
    if verdict == Verdict.HOUSEHOLD:
        live = Customer.objects.live().filter(pk__in=later).values_list("pk", flat=True)
        if len(live) == 2:
            link_household(actor=actor, customer_ids=later)
    return decision


@transaction.atomic
def postpone(*, actor: Actor, candidate_id: UUID) -> None:
    """Put a candidate aside. Raises NotFound, and Conflict `decided` for a decided one."""
    actor.require(Action.REVIEW_DUPLICATES)
    candidate = DuplicateCandidate.objects.select_for_update().filter(pk=candidate_id).first()
    if candidate is None:
        raise NotFound
    if candidate.state == CandidateState.LATER:
        return
    if candidate.state != CandidateState.OPEN:
        raise Conflict("This pair is decided already.", code="decided")
    set_candidate_state(actor, (candidate.left_id, candidate.right_id), CandidateState.LATER)
    audit.record(
        actor=actor,
        action="duplicatecandidate.postponed",
        subject=candidate,
        old={"state": candidate.state},
        new={"state": CandidateState.LATER},
    )


@transaction.atomic
def take_back(*, actor: Actor, decision_id: UUID, reason: str) -> None:
    """Remove a verdict: the pair is open again.

    A household of just these two is dissolved with “same household”. Raises NotFound when somebody
    took it back or replaced it, and InvalidInput at `reason` when none is given.
    """
    actor.require(Action.REVIEW_DUPLICATES)
    reason = clean_line("reason", reason)
    if not reason:
        raise InvalidInput.field("reason", "Say why the decision is taken back.")
    found = MatchDecision.objects.filter(pk=decision_id).first()
    if found is None:
        raise NotFound
    ends = _locked_ends(found.left_id, found.right_id)
    if ends[0] == ends[1]:
        raise Conflict("These two are one record by now. Undo the merge instead.", code="merged")
    decision = MatchDecision.objects.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound  # replaced while we waited
    audit.record(
        actor=actor,
        action="matchdecision.taken_back",
        subject=decision,
        old=facts_of_verdict(decision),
        reason=reason,
    )
    pair = (decision.left_id, decision.right_id)
    decision.delete()
    if decision.verdict == Verdict.HOUSEHOLD:
        dissolve_pair(actor=actor, customer_ids=pair)
    is_open = ends == pair
    set_candidate_state(actor, pair, CandidateState.OPEN if is_open else CandidateState.GONE)
    announce(actor, pair)


def carry_decisions(
    *, actor: Actor, survivor_id: UUID, absorbed_ids: Collection[UUID]
) -> Sequence[MatchDecision]:
    """Let the survivor inherit that others are different people; returns the rows made for that.

    Called within the merge, which holds the records' locks and writes a journal line for each row
    returned; undoing it takes them back. Where the survivor has a verdict of its own about
    somebody, that one stands. A person who merges has decided that the records are the same: that
    verdict is written too, is not returned, and stays until the undo replaces it.
    """
    absorbed = set(absorbed_ids)
    if actor.staff is not None:
        for record_id in sorted(absorbed):
            write_verdict(
                actor=actor,
                pair=in_order(survivor_id, record_id),
                verdict=Verdict.SAME,
                reason="Merged",
            )
    carried = _carry(actor, survivor_id, absorbed)
    _settle_candidates(actor, survivor_id, absorbed, carried)
    return carried


def _carry(actor: Actor, survivor_id: UUID, absorbed: set[UUID]) -> list[MatchDecision]:
    inside = absorbed | {survivor_id}
    found = list(
        MatchDecision.objects.filter(
            Q(left_id__in=absorbed) | Q(right_id__in=absorbed), verdict__in=BINDING
        ).order_by("-decided_at", "-id")
    )
    others = {one.left_id if one.left_id not in absorbed else one.right_id for one in found}
    ends = survivors_of(others - inside)
    own = _partners(survivor_id)
    rows = []
    for one in found:  # the newest first: of several about one person it stands
        other = one.left_id if one.left_id not in absorbed else one.right_id
        partner = ends.get(other, other)
        if partner in inside or partner in own:
            continue
        own.add(partner)
        pair = in_order(survivor_id, partner)
        rows.append(
            MatchDecision(
                company=actor.company,
                left_id=pair[0],
                right_id=pair[1],
                verdict=one.verdict,
                decided_at=one.decided_at,
                decided_by=one.decided_by,
                reason=one.reason,
            )
        )
    return MatchDecision.objects.bulk_create(rows)


def _partners(customer_id: UUID) -> set[UUID]:
    """With whom a record has a verdict."""
    rows = MatchDecision.objects.filter(Q(left_id=customer_id) | Q(right_id=customer_id))
    return {
        right if left == customer_id else left
        for left, right in rows.values_list("left_id", "right_id")
    }


def _settle_candidates(
    actor: Actor, survivor_id: UUID, absorbed: set[UUID], carried: Sequence[MatchDecision]
) -> None:
    """Pairs within the merge are merged, the other pairs of what is gone are gone.

    The survivor's pairs are scored anew by the scan; those with a carried verdict are decided.
    """
    inside = absorbed | {survivor_id}
    candidates = DuplicateCandidate.objects
    now = timezone.now()
    decided = {"decided_at": now, "decided_by": actor.name[:200], "updated_at": now}
    candidates.filter(left_id__in=inside, right_id__in=inside).update(
        state=CandidateState.MERGED, **decided
    )
    candidates.filter(Q(left_id__in=absorbed) | Q(right_id__in=absorbed), state__in=WAITING).update(
        state=CandidateState.GONE, updated_at=now
    )
    for verdict in BINDING:
        pairs = [(one.left_id, one.right_id) for one in carried if one.verdict == verdict]
        wanted = Q(pk__in=())
        for left_id, right_id in pairs:
            wanted |= Q(left_id=left_id, right_id=right_id)
        candidates.filter(wanted, state__in=WAITING).update(state=STATE_AFTER[verdict], **decided)


def _locked_ends(left_id: UUID, right_id: UUID) -> Pair:
    """Where both records live now, in order; all records of it are locked, by id.

    Raises NotFound, and Conflict `busy` when one is merged in this moment.
    """
    asked = [left_id, right_id]
    ends = survivors_of(asked)
    wanted = {*asked, *ends.values()}
    rows = Customer.objects.filter(pk__in=wanted).order_by("pk")
    if len(list(rows.select_for_update(no_key=True))) != len(wanted):
        raise NotFound
    if survivors_of(asked) != ends:
        raise Conflict("One of them is being merged right now. Try again.", code="busy")
    return in_order(ends.get(left_id, left_id), ends.get(right_id, right_id))
