"""How the company's customers are spread over points and bands, now and in the past.

Reports read the nightly snapshot, which is small however many customers there are. A company
without a snapshot yet is counted as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncWeek

from crm.actors import Actor
from crm.roles import Action
from scoring.models import (
    Band,
    Engagement,
    QuintileScore,
    QuintileSegment,
    ScoreChange,
    ScoreSnapshot,
)
from scoring.selectors.company_day import company_day, midnight

TREND_DAYS = 90
SNAPSHOT_DAYS = 2  # yesterday is taken tonight
FLOW_WEEKS = 12
POINTS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class Share:
    """Some customers, and what they spent (lifetime net, company's currency)."""

    customers: int = 0
    net: Decimal = Decimal(0)

    def __add__(self, other: "Share") -> "Share":
        return Share(customers=self.customers + other.customers, net=self.net + other.net)


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """`day` is the day of the snapshot; None: counted just now. Bands and cells are all there.

    `is_old` says that at least one night took no snapshot.
    """

    day: date | None
    is_old: bool
    bands: Mapping[str, Share]
    cells: Mapping[tuple[int, int], Share]  # by recency and frequency
    total: Share


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Customers who changed bands. `weeks` has no gaps; up and down count moves in each of them."""

    weeks: Sequence[date]
    up: Sequence[int]
    down: Sequence[int]
    between: Mapping[tuple[str, str], int]  # band before, band after


def distribution(*, actor: Actor) -> Distribution:
    """The newest snapshot, in two queries."""
    actor.require(Action.VIEW_REPORTS)
    day = ScoreSnapshot.objects.order_by("-day").values_list("day", flat=True).first()
    rows: Iterable[tuple[Any, ...]]
    if day is not None:
        rows = ScoreSnapshot.objects.filter(company=actor.company, day=day).values_list(
            "band", "recency", "frequency", "customers", "net"
        )
    else:
        rows = (
            Engagement.objects.filter(company=actor.company, is_live=True)
            .values_list("band", "recency", "frequency")
            .annotate(customers=Count("pk"), spent=Sum("net"))
            .order_by()
        )
    bands = {band: Share() for band in Band.values}
    cells = {(recency, frequency): Share() for recency in POINTS for frequency in POINTS}
    total = Share()
    for band, recency, frequency, customers, net in rows:
        part = Share(customers=customers, net=net)
        bands[band] += part
        cells[recency, frequency] += part
        total += part
    is_old = day is not None and day < company_day(actor) - timedelta(days=SNAPSHOT_DAYS)
    return Distribution(day=day, is_old=is_old, bands=bands, cells=cells, total=total)


def band_trend(*, actor: Actor, days: int = TREND_DAYS) -> Mapping[date, Mapping[str, int]]:
    """Customers by band on each day that has a snapshot, the oldest first."""
    actor.require(Action.VIEW_REPORTS)
    since = company_day(actor) - timedelta(days=days)
    trend: dict[date, dict[str, int]] = {}
    rows = (
        ScoreSnapshot.objects.filter(company=actor.company, day__gte=since)
        .values_list("day", "band")
        .annotate(count=Sum("customers"))
        .order_by("day")
    )
    for day, band, count in rows:
        trend.setdefault(day, dict.fromkeys(Band.values, 0))[band] = count
    return trend


def band_flow(*, actor: Actor, weeks: int = FLOW_WEEKS) -> Flow:
    """Moves between bands in this week and those before it; weeks begin on Monday."""
    actor.require(Action.VIEW_REPORTS)
    today = company_day(actor)
    this_week = today - timedelta(days=today.weekday())
    shown = [this_week - timedelta(weeks=number) for number in reversed(range(weeks))]
    rows = (
        ScoreChange.objects.filter(company=actor.company, at__gte=midnight(actor, shown[0]))
        .exclude(band_before=F("band_after"))
        .annotate(week=TruncWeek("at", tzinfo=actor.company.zone))
        .values_list("week", "band_before", "band_after")
        .annotate(count=Count("pk"))
        .order_by()
    )
    warmth = {band: number for number, band in enumerate(reversed(Band.values))}
    up, down = dict.fromkeys(shown, 0), dict.fromkeys(shown, 0)
    between: dict[tuple[str, str], int] = {}
    for week, before, after, count in rows:
        moved = up if warmth[after] > warmth[before] else down
        # A clock that runs ahead may write into next week.
        day = min(week.date(), this_week)
        moved[day] += count
        between[before, after] = between.get((before, after), 0) + count
    return Flow(weeks=shown, up=list(up.values()), down=list(down.values()), between=between)


def quintile_shares(*, actor: Actor) -> Mapping[str, Share]:
    """Customers by segment of the second rule set (S0.5), who bought in the last 365 days."""
    actor.require(Action.VIEW_REPORTS)
    shares = {segment: Share() for segment in QuintileSegment.values}
    rows = (
        QuintileScore.objects.filter(company=actor.company)
        .values_list("segment")
        .annotate(customers=Count("pk"), spent=Sum("spent"))
        .order_by()
    )
    for segment, customers, spent in rows:
        shares[segment] = Share(customers=customers, net=spent)
    return shares
