"""The heat map of recency and frequency, and the second rule set beside it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.roles import Action
from crm.web.access import acting, staff_page
from scoring.models import QuintileSegment
from scoring.selectors.distribution import POINTS, distribution, quintile_shares
from scoring.selectors.matching import moment_of
from scoring.web.heat_map import heat_rows
from scoring.web.report_tabs import report_tabs
from scoring.web.revenue_views import share
from scoring.web.rule_words import frequency_spans, recency_spans

QUINTILE_RULES = {
    QuintileSegment.CHAMPIONS: "6 months or more with an order, the last within 30 days",
    QuintileSegment.LOYAL: "4 months or more, the last within 60 days",
    QuintileSegment.POTENTIAL: "2 months or more, the last within 90 days",
    QuintileSegment.NEW: "1 month, the last within 30 days",
    QuintileSegment.AT_RISK: "4 months or more, the last 91 to 180 days ago",
    QuintileSegment.CANT_LOSE: "2 months or more, the last over 180 days ago",
    QuintileSegment.LOST: "The last over 180 days ago",
    QuintileSegment.OTHERS: "Everybody else who bought in the last 365 days",
}


@staff_page(Action.VIEW_REPORTS)
@require_safe
def rfm(request: HttpRequest) -> HttpResponse:
    """Customers by points; each cell opens the customers behind it."""
    actor = acting(request)
    found = distribution(actor=actor)
    shares = quintile_shares(actor=actor)
    most = max((one.customers for one in shares.values()), default=0)
    rules = moment_of(actor.company).rule_set
    recency_words, frequency_words = recency_spans(rules), frequency_spans(rules)
    context = {
        "tabs": report_tabs(request, actor),
        "distribution": found,
        "rows": [(row, recency_words[row.recency]) for row in heat_rows(found)],
        "columns": [(points, frequency_words[points]) for points in POINTS],
        "quintiles": [
            (segment, QUINTILE_RULES[segment], part, share(part.customers, most))
            for segment, part in ((one, shares[one]) for one in QuintileSegment)
        ],
        "has_quintiles": most > 0,
    }
    return render(request, "scoring/reports/rfm.html", context)
