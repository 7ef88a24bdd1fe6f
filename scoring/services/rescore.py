"""Scores asked for by somebody: of one customer, of a company; and what is right checked against
the orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.errors import NotFound
from crm.roles import Action
from scoring.models import Engagement, ScoreCause
from scoring.services import score_functions
from scoring.services.score_functions import Drift

MOST_REPAIRED_ONE_BY_ONE = 1000


@transaction.atomic
def rescore_customer(*, actor: Actor, customer_id: UUID, on_day: date | None = None) -> bool:
    """Score one customer from their orders; whether anything changed. Raises NotFound."""
    actor.require(Action.MANAGE_SCORING)
    engagement = Engagement.objects.filter(company=actor.company, pk=customer_id).first()
    if engagement is None:
        raise NotFound
    changed = score_functions.score_customers([customer_id], ScoreCause.RESCORE, on_day) > 0
    audit.record(
        actor=actor, action="score.recalculated", subject=engagement, new={"changed": changed}
    )
    return changed


@transaction.atomic
def rescore_company(*, actor: Actor, on_day: date | None = None) -> int:
    """Score all customers by their metrics, for today or `on_day`; returns how many changed.

    A day before the last one may raise scores again: the result is right for that day. Writers of
    the company's orders wait meanwhile.
    """
    actor.require(Action.MANAGE_SCORING)
    changed = score_functions.score_company(ScoreCause.RESCORE, on_day)
    audit.record(
        actor=actor, action="scores.recalculated", subject=actor.company, new={"changed": changed}
    )
    return changed


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What was found, and how many rows were put right."""

    drift: Drift
    repaired: int


@transaction.atomic
def reconcile(*, actor: Actor, repair: bool = False) -> Reconciliation:
    """Compare every customer's metrics and score with their orders; put right what differs.

    Without `repair` nothing is written. Each repair is a line of the ledger with that cause.
    """
    actor.require(Action.MANAGE_SCORING)
    drift = score_functions.score_drift(shown=MOST_REPAIRED_ONE_BY_ONE)
    shown = Drift(
        metrics=drift.metrics,
        scores=drift.scores,
        customer_ids=drift.customer_ids[: score_functions.SHOWN],
    )
    if not repair or not drift.total:
        return Reconciliation(drift=shown, repaired=0)
    if drift.total <= MOST_REPAIRED_ONE_BY_ONE:
        repaired = score_functions.score_customers(drift.customer_ids, ScoreCause.REPAIR)
    else:
        repaired = score_functions.engagement_rebuild(ScoreCause.REPAIR)
    audit.record(
        actor=actor,
        action="scores.repaired",
        subject=actor.company,
        new={"metrics": drift.metrics, "scores": drift.scores, "repaired": repaired},
    )
    return Reconciliation(drift=shown, repaired=repaired)


def contradictions(*, actor: Actor) -> Sequence[tuple[UUID, str]]:
    """Scores that contradict their ledger, weights or thresholds; up to 50, none when all hold."""
    actor.require(Action.MANAGE_SCORING)
    return score_functions.score_contradictions()
