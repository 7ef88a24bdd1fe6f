"""Revenue by time, platform and event."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as format_date
from django.views.decorators.http import require_safe

from crm.errors import InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import PageForm
from scoring.orders.words import PLATFORMS
from scoring.selectors.freshness import freshness_of
from scoring.selectors.revenue import Revenue, RevenueReport, Span, Step, revenue
from scoring.services.refresh import RefreshedView
from scoring.web.charts.axis import percent
from scoring.web.charts.chart_data import ChartData, Series
from scoring.web.charts.columns import Columns, draw_columns
from scoring.web.report_tabs import age_of, report_tabs

SPANS = ((Span.DAYS, "30 days"), (Span.YEAR, "12 months"), (Span.ALL, "All"))
WRITTEN = {Step.DAY: "j M", Step.MONTH: "M Y", Step.YEAR: "Y"}
TONES = ("one", "two", "three", "four")
# More platforms than colours: the smallest share one.
REST = "Other platforms"


class SpanForm(PageForm):
    """How far back the report looks."""

    span = forms.ChoiceField(required=False, choices=SPANS)


@staff_page(Action.VIEW_REPORTS)
@require_safe
def revenue_page(request: HttpRequest) -> HttpResponse:
    """What orders brought in."""
    actor, form = acting(request), SpanForm(request.GET)
    if not form.is_valid():
        raise InvalidInput("This span is not on the list. Choose one of those on the page.")
    span = Span(form.cleaned_data["span"] or Span.YEAR)
    found = revenue(actor=actor, span=span)
    best = max((one.net for one in found.events), default=Decimal(0))
    context: dict[str, Any] = {
        "tabs": report_tabs(request, actor),
        "span": span,
        "spans": SPANS,
        "report": found,
        "chart": revenue_columns(found, currency=actor.company.currency),
        "platforms": [
            (platform_name(name), part, share(part.net, found.total.net))
            for name, part in found.by_platform.items()
        ],
        "events": [
            (one, platform_name(one.platform), share(one.net, best)) for one in found.events
        ],
        "may_export": actor.may(Action.EXPORT),
        "age": age_of(freshness_of(RefreshedView.REVENUE)),
    }
    return render(request, "scoring/reports/revenue.html", context)


def revenue_columns(found: RevenueReport, *, currency: str, key: str = "revenue") -> Columns:
    """Net by step, a colour a platform, the largest platform at the foot."""
    names = list(found.by_platform)
    named = names if len(names) <= len(TONES) else names[: len(TONES)]
    series = [
        Series(
            name=platform_name(name),
            tone=tone,
            values=[_part(found, step, name).net for step in found.steps],
        )
        for name, tone in zip(named, TONES, strict=False)
    ]
    if len(names) > len(named):
        rest = [
            sum((_part(found, step, name).net for name in names[len(named) :]), Decimal(0))
            for step in found.steps
        ]
        series.append(Series(name=REST, tone="rest", values=rest))
    return draw_columns(
        ChartData(
            key=key,
            title=f"Net revenue by {found.step} in {currency}",
            labels=[format_date(step, WRITTEN[found.step]) for step in found.steps],
            series=series,
            label_heading=found.step.value.capitalize(),
        )
    )


def platform_name(platform: str) -> str:
    """A platform as people write it."""
    return PLATFORMS.get(platform) or platform.replace("_", " ").strip().capitalize() or "Unknown"


def share(part: Decimal | int, whole: Decimal | int) -> str:
    """A part of a whole as the width of a bar."""
    return percent(max(0.0, min(100.0, float(part) / float(whole) * 100))) if whole else "0%"


def _part(found: RevenueReport, step: date, platform: str) -> Revenue:
    return found.by_step.get(step, {}).get(platform, Revenue())
