"""The reports at a glance: customers by band and where they move, revenue, the best customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as format_date
from django.views.decorators.http import require_safe

from crm.roles import Action
from crm.web.access import acting, staff_page
from scoring.models import Band
from scoring.selectors.distribution import (
    Distribution,
    Flow,
    Share,
    band_flow,
    band_trend,
    distribution,
)
from scoring.selectors.freshness import freshness_of
from scoring.selectors.ranking import rank_customers
from scoring.selectors.revenue import revenue
from scoring.services.refresh import RefreshedView
from scoring.web.charts.chart_data import ChartData, Series
from scoring.web.charts.columns import Columns, draw_columns
from scoring.web.charts.lines import SmallLine, draw_small_line
from scoring.web.report_tabs import age_of, report_tabs
from scoring.web.revenue_views import revenue_columns

TOP = 10


@dataclass(frozen=True, kw_only=True)
class BandTile:
    """One band: how many now, their part of all in percent, and how it went; None: no past yet."""

    band: Band
    share: Share
    percent: float
    change: int | None
    line: SmallLine | None


@dataclass(frozen=True, kw_only=True)
class FlowRow:
    """Moves from one band, in the order of the bands; None where from and to are the same."""

    band: Band
    moves: Sequence[int | None]


@staff_page(Action.VIEW_REPORTS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The first page of the reports."""
    actor = acting(request)
    found = distribution(actor=actor)
    trend = band_trend(actor=actor)
    flow = band_flow(actor=actor)
    sold = revenue(actor=actor)
    context: dict[str, Any] = {
        "tabs": report_tabs(request, actor),
        "distribution": found,
        "tiles": band_tiles(found, trend),
        "trend_since": next(iter(trend), None),
        "flow": flow,
        "flow_chart": _flow_columns(flow),
        "flow_rows": flow_rows(flow),
        "bands": list(Band),
        "revenue": sold,
        "revenue_chart": revenue_columns(sold, currency=actor.company.currency),
        "top": rank_customers(actor=actor, ordering="net", size=TOP).rows,
        "age": age_of(freshness_of(RefreshedView.REVENUE)),
    }
    return render(request, "scoring/reports/overview.html", context)


def band_tiles(found: Distribution, trend: Mapping[date, Mapping[str, int]]) -> list[BandTile]:
    """A tile a band, the warmest first."""
    tiles = []
    for band in Band:
        share = found.bands[band]
        past = [counts[band] for counts in trend.values()]
        series = Series(name=band.label, tone=band.value, values=past)
        tiles.append(
            BandTile(
                band=band,
                share=share,
                percent=share.customers / found.total.customers * 100 if share.customers else 0,
                change=share.customers - past[0] if len(past) > 1 else None,
                line=draw_small_line(series) if len(past) > 1 else None,
            )
        )
    return tiles


def flow_rows(flow: Flow) -> list[FlowRow]:
    """Who moved from where to where."""
    return [
        FlowRow(
            band=before,
            moves=[
                None if before is after else flow.between.get((before, after), 0) for after in Band
            ],
        )
        for before in Band
    ]


def _flow_columns(flow: Flow) -> Columns:
    return draw_columns(
        ChartData(
            key="flow",
            title="Customers who changed bands, by week",
            labels=[format_date(week, "j M") for week in flow.weeks],
            series=[
                Series(name="Warmer", tone="up", values=flow.up),
                Series(name="Colder", tone="down", values=[-moved for moved in flow.down]),
            ],
            label_heading="Week from",
        )
    )
