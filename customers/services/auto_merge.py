"""Letting sure duplicates merge by themselves: the switch, and the runs that people ask for.

The work of a run is in `auto_merge_run`; what it demands of a pair in `auto_merge_proof`.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from crm import audit, outbox
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, NotFound
from crm.roles import Action
from customers.models import AutoMergeRule, AutoMergeRun
from customers.models.auto_merge import OPEN_RUNS, AutoMergeState
from customers.selectors.auto_merge_precision import (
    LEAST_PRECISION,
    LEAST_REVIEWS,
    Precision,
    merged_precision,
    reviewed_precision,
)

LEAST_BITS, MOST_BITS = 10.0, 60.0
TOPIC = "automerge.waiting"
SWITCHED = "automerge.switched"


@transaction.atomic
def switch_on(*, actor: Actor, from_bits: float = LEAST_BITS) -> AutoMergeRule:
    """Let pairs of this score or more merge by themselves from the next night on.

    Raises Forbidden, InvalidInput at `from_bits` outside 10 to 60, and Conflict `not_proven` while
    the company's own reviews do not put the precision at this score high enough.
    """
    actor.require(Action.MANAGE_AUTO_MERGE)
    if not isfinite(from_bits) or not LEAST_BITS <= from_bits <= MOST_BITS:
        raise InvalidInput.field(
            "from_bits", f"Choose a score between {LEAST_BITS:.0f} and {MOST_BITS:.0f} bits."
        )
    rule = _locked_rule(actor)
    reviews = reviewed_precision(from_bits=from_bits)
    if reviews.judged < LEAST_REVIEWS or not reviews.is_high_enough:
        raise Conflict(_not_proven(reviews), code="not_proven")
    old = {"is_on": rule.is_on, "from_bits": rule.from_bits}
    if not rule.is_on:
        rule.on_since = timezone.now()
    rule.is_on, rule.from_bits, rule.off_because = True, from_bits, ""
    _save(actor, rule, "automergerule.switched_on", old, "")
    return rule


@transaction.atomic
def switch_off(*, actor: Actor, reason: str = "") -> AutoMergeRule:
    """Leave all pairs to people from now on; a run stops at its next pair."""
    actor.require(Action.MANAGE_AUTO_MERGE)
    rule = _locked_rule(actor)
    if rule.is_on:
        rule.is_on, rule.off_because = False, reason[:500]
        _save(actor, rule, "automergerule.switched_off", {"is_on": True}, reason)
    return rule


def watch_precision(*, actor: Actor) -> bool:
    """Switch off when undone merges show less than 99.9 %; returns whether it did.

    Called when a merge was undone, and before each nightly run.
    """
    rule = AutoMergeRule.objects.filter(company_id=actor.company.pk, is_on=True).first()
    if rule is None:
        return False
    merges = merged_precision(since=rule.on_since)
    if merges.is_high_enough:
        return False
    wrong = merges.judged - merges.right
    switch_off(
        actor=actor,
        reason=(
            f"{wrong:,} of {merges.judged:,} automatic merges were undone: "
            f"{merges.share:.2%} were right, and it takes {LEAST_PRECISION:.1%}."
        ),
    )
    return True


@transaction.atomic
def ask_run(*, actor: Actor, is_dry: bool = True, from_bits: float | None = None) -> AutoMergeRun:
    """Let a worker go through the open candidates; a dry run lists what it would merge.

    A dry run may look from any score from 10 bits on and needs no reviews. Raises Forbidden,
    InvalidInput at `from_bits`, and Conflict: `off` for a real run while the rule is off, `open`
    while another run is at work.
    """
    actor.require(Action.MANAGE_AUTO_MERGE)
    rule = _locked_rule(actor)
    if not is_dry and not rule.is_on:
        raise Conflict("Merging by itself is switched off.", code="off")
    bits = rule.from_bits if from_bits is None or not is_dry else from_bits
    if not isfinite(bits) or not LEAST_BITS <= bits <= MOST_BITS:
        raise InvalidInput.field("from_bits", "Choose a score between 10 and 60 bits.")
    if AutoMergeRun.objects.filter(state__in=OPEN_RUNS).exists():
        raise Conflict("A run is at work already. Wait for it, or stop it.", code="open")
    run = AutoMergeRun.objects.create(
        company=actor.company, is_dry=is_dry, from_bits=bits, started_by=actor.name[:200]
    )
    _hand_over(actor, run, "automergerun.started")
    return run


@transaction.atomic
def cancel_run(*, actor: Actor, run_id: UUID) -> AutoMergeRun:
    """Stop after the present pair; what is merged stays. Raises Conflict, NotFound."""
    actor.require(Action.MANAGE_AUTO_MERGE)
    run = _locked_run(run_id)
    if run.state not in OPEN_RUNS:
        raise Conflict("This run is not at work.", code="not_running")
    if run.state == AutoMergeState.WAITING:
        run.state, run.finished_at = AutoMergeState.CANCELLED, timezone.now()
    run.cancel_requested = True
    run.save(update_fields=["state", "finished_at", "cancel_requested", "updated_at"])
    audit.record(actor=actor, action="automergerun.cancelled", subject=run)
    return run


@transaction.atomic
def resume_run(*, actor: Actor, run_id: UUID) -> AutoMergeRun:
    """Go on behind the last pair that was looked at. Raises Conflict, NotFound."""
    actor.require(Action.MANAGE_AUTO_MERGE)
    rule = _locked_rule(actor)
    run = _locked_run(run_id)
    if run.state not in (AutoMergeState.CANCELLED, AutoMergeState.FAILED):
        raise Conflict("Only a stopped run can go on.", code="not_stopped")
    if not run.is_dry and not rule.is_on:
        raise Conflict("Merging by itself is switched off.", code="off")
    if AutoMergeRun.objects.filter(state__in=OPEN_RUNS).exists():
        raise Conflict("A run is at work already. Wait for it, or stop it.", code="open")
    run.state, run.error, run.finished_at = AutoMergeState.WAITING, "", None
    run.cancel_requested, run.claim, run.heartbeat_at, run.attempts = False, None, None, 0
    run.save()
    _hand_over(actor, run, "automergerun.resumed")
    return run


def begin_night(*, actor: Actor) -> bool:
    """Ask for a real run where the rule is on, still right and nobody's run is at work."""
    if watch_precision(actor=actor):
        return False
    is_on = AutoMergeRule.objects.filter(company_id=actor.company.pk, is_on=True).exists()
    if not is_on or AutoMergeRun.objects.filter(state__in=OPEN_RUNS).exists():
        return False
    ask_run(actor=actor, is_dry=False)
    return True


def on_unmerged(actor: Actor, payload: Mapping[str, Any]) -> None:
    """A merge was undone: look whether too many of the machine's were."""
    watch_precision(actor=actor)


def _locked_rule(actor: Actor) -> AutoMergeRule:
    """The company's rule, which also keeps two runs from being asked for at once."""
    AutoMergeRule.objects.bulk_create([AutoMergeRule(company=actor.company)], ignore_conflicts=True)
    return AutoMergeRule.objects.select_for_update().get(company_id=actor.company.pk)


def _locked_run(run_id: UUID) -> AutoMergeRun:
    run = AutoMergeRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound
    return run


def _save(
    actor: Actor, rule: AutoMergeRule, action: str, old: Mapping[str, object], reason: str
) -> None:
    rule.changed_by = actor.name[:200]
    rule.save()
    audit.record(
        actor=actor,
        action=action,
        subject=rule,
        old=old,
        new={"is_on": rule.is_on, "from_bits": rule.from_bits},
        reason=reason,
    )
    outbox.publish(actor=actor, topic=SWITCHED, payload={"is_on": rule.is_on})


def _hand_over(actor: Actor, run: AutoMergeRun, action: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=run,
        new={"is_dry": run.is_dry, "from_bits": run.from_bits},
    )
    outbox.publish(actor=actor, topic=TOPIC, payload={"run_id": run.pk})


def _not_proven(reviews: Precision) -> str:
    if reviews.judged < LEAST_REVIEWS:
        return (
            f"{reviews.judged:,} pairs of this score are reviewed. It takes {LEAST_REVIEWS} "
            "to know whether a machine may merge them."
        )
    wrong = reviews.judged - reviews.right
    return (
        f"Of {reviews.judged:,} reviewed pairs of this score {wrong:,} were different people: "
        f"{reviews.share:.2%} were right, and it takes {LEAST_PRECISION:.1%}. "
        "Choose a higher score."
    )
