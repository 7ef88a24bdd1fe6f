"""Duplicates over time: found, merged, dismissed, undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Trunc
from django.utils import timezone

from crm.actors import Actor
from crm.roles import Action
from customers.models import DuplicateCandidate, MatchDecision, Merge
from customers.models.duplicate import CandidateState, Verdict
from customers.models.merge import MergeOrigin
from customers.selectors.auto_merge_precision import AutoMergeStanding, auto_merge_standing
from customers.selectors.duplicates import MOST_COUNTED

DAYS, MONTHS = 30, 12


class ReportSpan(StrEnum):
    """How far back, and in which steps."""

    DAYS = "days"
    YEAR = "year"


@dataclass
class DuplicateFigures:
    """What happened to duplicates in some time."""

    found: int = 0
    merged_by_people: int = 0
    merged_by_machine: int = 0
    dismissed: int = 0
    households: int = 0
    undone: int = 0
    undone_of_machine: int = 0

    def add(self, other: "DuplicateFigures") -> None:
        """Add another time's."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class DuplicateReport:
    """The steps in order, each with its figures; `waiting` is counted to 1,001 at most."""

    span: ReportSpan
    steps: Sequence[date]
    by_step: Mapping[date, DuplicateFigures]
    waiting: int
    standing: AutoMergeStanding
    total: DuplicateFigures = field(default_factory=DuplicateFigures)


def duplicate_report(*, actor: Actor, span: ReportSpan = ReportSpan.YEAR) -> DuplicateReport:
    """The last 30 days or 12 months, this one included, in the company's time; in eight queries.

    A verdict that was replaced counts as the one that stands. Raises Forbidden.
    """
    actor.require(Action.VIEW_REPORTS)
    steps = _steps(actor, span)
    by_step = {step: DuplicateFigures() for step in steps}
    since = datetime.combine(steps[0], time.min, tzinfo=actor.company.zone)
    unit = "day" if span is ReportSpan.DAYS else "month"

    def counted(
        rows: QuerySet[Any], moment: str, *by: str
    ) -> list[tuple[DuplicateFigures, tuple[Any, ...], int]]:
        step = Trunc(moment, unit, tzinfo=actor.company.zone)
        found = (
            rows.filter(**{f"{moment}__gte": since})
            .order_by()
            .annotate(step=step)
            .values_list("step", *by)
            .annotate(rows=Count("pk"))
        )
        return [
            (by_step[at.date()], tuple(rest), many)
            for at, *rest, many in found
            if at.date() in by_step
        ]

    for figures, _, many in counted(DuplicateCandidate.objects.all(), "found_at"):
        figures.found += many
    for figures, (origin,), many in counted(Merge.objects.all(), "merged_at", "origin"):
        if origin == MergeOrigin.MACHINE:
            figures.merged_by_machine += many
        else:
            figures.merged_by_people += many
    for figures, (origin,), many in counted(Merge.objects.all(), "undone_at", "origin"):
        figures.undone += many
        if origin == MergeOrigin.MACHINE:
            figures.undone_of_machine += many
    reviews = MatchDecision.objects.filter(is_review=True)
    for figures, (verdict,), many in counted(reviews, "decided_at", "verdict"):
        figures.dismissed += many if verdict == Verdict.NOT_DUPLICATE else 0
        figures.households += many if verdict == Verdict.HOUSEHOLD else 0
    report = DuplicateReport(
        span=span,
        steps=steps,
        by_step=by_step,
        waiting=DuplicateCandidate.objects.filter(state=CandidateState.OPEN)[:MOST_COUNTED].count(),
        standing=auto_merge_standing(actor=actor),
    )
    for figures in by_step.values():
        report.total.add(figures)
    return report


def _steps(actor: Actor, span: ReportSpan) -> list[date]:
    today = timezone.now().astimezone(actor.company.zone).date()
    if span is ReportSpan.DAYS:
        return [today - timedelta(days=back) for back in reversed(range(DAYS))]
    months = [today.year * 12 + today.month - 1 - back for back in reversed(range(MONTHS))]
    return [date(month // 12, month % 12 + 1, 1) for month in months]
