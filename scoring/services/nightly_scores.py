"""What a company's midnight brings: yesterday's distribution is kept, scores decay, the quintiles
are renewed; and once a night all scores are checked."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from crm.actors import Actor
from crm.roles import Action
from scoring.models import ScoringDay
from scoring.services import score_functions
from scoring.services.rescore import reconcile

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Night:
    """How many rows each step wrote."""

    snapshot: int
    decayed: int


@transaction.atomic
def begin_day(*, actor: Actor, on_day: date | None = None) -> Night:
    """Bring the company to its new day; safe to run again, and after nights that were missed.

    The snapshot is taken before decay, as the day before ended, and only for that day: days on
    which nothing ran have none. A clock that went back changes nothing.
    """
    actor.require(Action.MANAGE_SCORING)
    day = on_day or timezone.now().astimezone(actor.company.zone).date()
    last = ScoringDay.objects.filter(company=actor.company).values_list("day", flat=True).first()
    snapshot = 0
    if last is not None and last < day:
        snapshot = score_functions.score_snapshot(day - timedelta(days=1))
    return Night(snapshot=snapshot, decayed=score_functions.score_decay(day))


@transaction.atomic
def refresh_quintiles(*, actor: Actor, on_day: date | None = None) -> int:
    """Renew the second way of scoring (S0.5), at night or on demand; how many rows changed."""
    actor.require(Action.MANAGE_SCORING)
    return score_functions.quintile_refresh(on_day)


def check_scores(*, actor: Actor) -> bool:
    """Compare all scores with the orders and with their ledger; an alarm in the log if one is off.

    Nothing is put right: `reconcile_scores --repair` does that when somebody has looked.
    """
    drift = reconcile(actor=actor).drift
    contradictions = score_functions.score_contradictions()
    if not drift.total and not contradictions:
        return True
    log.error(
        "scores are not what the orders say; look with reconcile_scores and verify_scores",
        extra={
            "company_id": actor.company.pk,
            "metrics": drift.metrics,
            "scores": drift.scores,
            "contradictions": len(contradictions),
        },
    )
    return False
