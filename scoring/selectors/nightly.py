"""When the work on scores, segments and orders was last done, for the data page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from crm.actors import Actor
from crm.roles import Action
from scoring.models import (
    OrderImport,
    QuintileScore,
    ScoreSnapshot,
    ScoringDay,
    Segment,
    TicketAccount,
)

MOST = 10
SHOWN = ("file_name", "state", "created_at", "created_orders", "updated_orders", "bad_rows")


@dataclass(frozen=True, kw_only=True)
class NightlyWork:
    """None: not done yet. Days are the company's."""

    scores_day: date | None
    snapshot_day: date | None
    quintiles_day: date | None
    segments_at: datetime | None
    accounts: Sequence[TicketAccount]
    imports: Sequence[OrderImport]


def nightly_work(*, actor: Actor) -> NightlyWork:
    """What was done when, in six queries; the newest ten imports without their contents."""
    actor.require(Action.VIEW_REPORTS)
    company = actor.company
    segments = Segment.objects.filter(company=company, is_active=True, rules__isnull=False)
    return NightlyWork(
        scores_day=ScoringDay.objects.filter(company=company).values_list("day", flat=True).first(),
        snapshot_day=ScoreSnapshot.objects.filter(company=company)
        .order_by("-day")
        .values_list("day", flat=True)
        .first(),
        quintiles_day=QuintileScore.objects.filter(company=company)
        .order_by("segment", "-spent")
        .values_list("as_of", flat=True)
        .first(),
        segments_at=segments.aggregate(at=Max("evaluated_at"))["at"],
        accounts=list(TicketAccount.objects.filter(company=company).order_by("name")[:MOST]),
        imports=list(
            OrderImport.objects.filter(company=company)
            .only(*SHOWN)
            .order_by("-created_at", "-id")[:MOST]
        ),
    )
