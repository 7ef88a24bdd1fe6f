"""The report about duplicates: found, merged, dismissed, undone, and how right the machine was."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as format_date
from django.views.decorators.http import require_safe

from crm.errors import InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import PageForm
from customers.selectors.auto_merge_precision import (
    LEAST_PRECISION,
    LEAST_REVIEWS,
    AutoMergeStanding,
    reviews_to_prove,
)
from customers.selectors.duplicate_report import DuplicateReport, ReportSpan, duplicate_report
from customers.selectors.duplicates import MOST_COUNTED
from scoring.web.charts.chart_data import ChartData, Series
from scoring.web.charts.columns import Columns, draw_columns
from scoring.web.report_tabs import report_tabs

SPANS = ((ReportSpan.DAYS, "30 days"), (ReportSpan.YEAR, "12 months"))
STEPS = {ReportSpan.DAYS: ("Day", "j M"), ReportSpan.YEAR: ("Month", "M Y")}
DONE = (
    ("Merged by people", "one", "merged_by_people"),
    ("Merged automatically", "two", "merged_by_machine"),
    ("Not a duplicate", "three", "dismissed"),
    ("Same household", "four", "households"),
)


class SpanForm(PageForm):
    """How far back the report looks."""

    span = forms.ChoiceField(required=False, choices=SPANS)


@staff_page(Action.VIEW_REPORTS)
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """What became of duplicates over time."""
    actor, form = acting(request), SpanForm(request.GET)
    if not form.is_valid():
        raise InvalidInput("This span is not on the list. Choose one of those on the page.")
    report = duplicate_report(
        actor=actor, span=ReportSpan(form.cleaned_data["span"] or ReportSpan.YEAR)
    )
    context = {
        "tabs": report_tabs(request, actor),
        "spans": SPANS,
        "report": report,
        "waiting": f"{report.waiting - 1:,}+" if report.waiting >= MOST_COUNTED else report.waiting,
        "found": _columns(report, "found", "Pairs found", (("Found", "one", "found"),)),
        "settled": _columns(report, "settled", "Pairs settled", DONE),
        "undone": _columns(
            report,
            "undone",
            "Merges undone",
            (("All", "down", "undone"),),
        ),
        "precision": _precision(report.standing),
    }
    return render(request, "scoring/reports/duplicates.html", context)


def _columns(
    report: DuplicateReport, key: str, title: str, series: tuple[tuple[str, str, str], ...]
) -> Columns:
    heading, written = STEPS[report.span]
    return draw_columns(
        ChartData(
            key=key,
            title=f"{title} by {heading.lower()}",
            labels=[format_date(step, written) for step in report.steps],
            series=[
                Series(
                    name=name,
                    tone=tone,
                    values=[getattr(report.by_step[step], field) for step in report.steps],
                )
                for name, tone, field in series
            ],
            label_heading=heading,
        )
    )


def _precision(standing: AutoMergeStanding) -> dict[str, object]:
    """Shares as people read them, and what so few judgements prove."""
    reviews, merges = standing.reviews, standing.merges
    return {
        "rule": standing.rule,
        "may_be_on": standing.may_be_on,
        "reviews": reviews,
        "reviewed_share": f"{reviews.share:.2%}" if reviews.judged else "",
        "reviewed_proven": f"{reviews.proven:.2%}" if reviews.judged else "",
        "merges": merges,
        "undone": merges.judged - merges.right,
        "merged_share": f"{merges.share:.2%}" if merges.judged else "",
        "merged_proven": f"{merges.proven:.2%}" if merges.judged else "",
        "asked": f"{LEAST_PRECISION:.1%}",
        "least_reviews": LEAST_REVIEWS,
        "to_prove": reviews_to_prove(LEAST_PRECISION),
    }
