"""What orders brought in, by time, platform and event; read from a refreshed view.

Money is the net in the company's currency; days and months have the company's edges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db import connection

from crm.actors import Actor
from crm.roles import Action
from scoring.selectors.company_day import company_day

DAYS = 30
MONTHS = 12
MOST_MONTHS = 36
MOST_YEARS = 30
MOST_EVENTS = 25
_BY_TIME = """
    SELECT date_trunc(%s, day)::date, platform, sum(orders), sum(tickets), sum(gross), sum(net),
           sum(no_rate)
      FROM order_revenue_by_day WHERE day BETWEEN %s AND %s GROUP BY 1, 2 ORDER BY 1, 2
"""
_BY_EVENT = """
    SELECT platform, event_key, max(event_name), sum(orders), sum(tickets), sum(net)
      FROM order_revenue_by_day WHERE day BETWEEN %s AND %s
     GROUP BY 1, 2 ORDER BY sum(net) DESC, 1, 2 LIMIT %s
"""
_EDGES = "SELECT min(day), max(day) FROM order_revenue_by_day WHERE day <= %s"


class Span(StrEnum):
    """How far back a report looks."""

    DAYS = "30d"
    YEAR = "12m"
    ALL = "all"


class Step(StrEnum):
    """What one column of the report stands for."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Revenue:
    """Some orders together. `no_rate` of them add nothing because their currency has no rate."""

    orders: int = 0
    tickets: int = 0
    gross: Decimal = Decimal(0)
    net: Decimal = Decimal(0)
    no_rate: int = 0

    def __add__(self, other: "Revenue") -> "Revenue":
        return Revenue(
            orders=self.orders + other.orders,
            tickets=self.tickets + other.tickets,
            gross=self.gross + other.gross,
            net=self.net + other.net,
            no_rate=self.no_rate + other.no_rate,
        )


@dataclass(frozen=True, kw_only=True)
class EventRevenue:
    """One event of one platform."""

    platform: str
    name: str
    orders: int
    tickets: int
    net: Decimal


@dataclass(frozen=True, kw_only=True)
class RevenueReport:
    """`steps` has no gaps; `by_step` holds the platforms that sold something in it."""

    step: Step
    steps: Sequence[date]
    by_step: Mapping[date, Mapping[str, Revenue]]
    by_platform: Mapping[str, Revenue]
    total: Revenue
    events: Sequence[EventRevenue]


def revenue(*, actor: Actor, span: Span = Span.YEAR) -> RevenueReport:
    """The report, in three queries at most. Orders dated after today are not in it."""
    actor.require(Action.VIEW_REPORTS)
    today = company_day(actor)
    first, step = _beginning(span, today)
    with connection.cursor() as cursor:
        if first is None:
            cursor.execute(_EDGES, [today])
            first, step = _whole_history(cursor.fetchone()[0] or today, today)
        cursor.execute(_BY_TIME, [step.value, first, today])
        by_time = cursor.fetchall()
        cursor.execute(_BY_EVENT, [first, today, MOST_EVENTS])
        by_event = cursor.fetchall()
    by_step: dict[date, dict[str, Revenue]] = {}
    by_platform: dict[str, Revenue] = {}
    total = Revenue()
    for begin, platform, orders, tickets, gross, net, no_rate in by_time:
        part = Revenue(
            orders=int(orders),
            tickets=int(tickets),
            gross=gross,
            net=net,
            no_rate=int(no_rate),
        )
        by_step.setdefault(begin, {})[platform] = part
        by_platform[platform] = by_platform.get(platform, Revenue()) + part
        total = total + part
    return RevenueReport(
        step=step,
        steps=_steps(first, today, step),
        by_step=by_step,
        by_platform=dict(sorted(by_platform.items(), key=lambda item: item[1].net, reverse=True)),
        total=total,
        events=[
            EventRevenue(
                platform=platform,
                name=name or key,
                orders=int(orders),
                tickets=int(tickets),
                net=net,
            )
            for platform, key, name, orders, tickets, net in by_event
        ],
    )


def _beginning(span: Span, today: date) -> tuple[date | None, Step]:
    if span is Span.DAYS:
        return today - timedelta(days=DAYS - 1), Step.DAY
    if span is Span.YEAR:
        return _months_before(today, MONTHS - 1), Step.MONTH
    return None, Step.MONTH


def _whole_history(first: date, today: date) -> tuple[date, Step]:
    if first >= _months_before(today, MOST_MONTHS - 1):
        return first.replace(day=1), Step.MONTH
    return date(max(first.year, today.year - MOST_YEARS + 1), 1, 1), Step.YEAR


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _steps(first: date, last: date, step: Step) -> list[date]:
    if step is Step.DAY:
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if step is Step.YEAR:
        return [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    months = (last.year - first.year) * 12 + last.month - first.month
    return [_months_before(last, months - number) for number in range(months + 1)]
