"""What is missing or wrong in the customers, and whom to mend."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.lists import page_links
from customers.models.data_quality import DataProblem
from customers.selectors.data_quality import list_with_problem, problem_counts
from customers.services.data_quality import MOST_LISTED, ask_count
from scoring.web.report_tabs import report_tabs
from scoring.web.revenue_views import share

# What it costs, and how it is mended.
ADVICE = {
    DataProblem.UNREACHABLE: (
        "Nobody can call or write to them.",
        "Ask at the next visit, or delete the record when nothing hangs on it.",
    ),
    DataProblem.NO_PHONE: (
        "They are not recognised when they call.",
        "Add the phone on the card.",
    ),
    DataProblem.NO_EMAIL: (
        "They get no mail, and orders do not find them.",
        "Add the e-mail on the card.",
    ),
    DataProblem.INVALID: (
        "Somebody marked a phone or e-mail as not valid.",
        "Correct it, mark it valid again, or remove it.",
    ),
    DataProblem.PLACEHOLDER: (
        "The name was made up until a real one comes.",
        "Write the real name on the card.",
    ),
    DataProblem.SHARED: (
        "Several people list it, so it identifies nobody alone.",
        "Remove it where it is not theirs, merge duplicates, or leave it to the household.",
    ),
}


@staff_page(Action.VIEW_REPORTS)
@require_safe
def data_quality(request: HttpRequest) -> HttpResponse:
    """Each problem with its number of customers."""
    actor = acting(request)
    counts = problem_counts(actor=actor)
    most = max((one.customers for one in counts), default=0)
    context = {
        "tabs": report_tabs(request, actor),
        "problems": [
            (one, ADVICE[one.problem][0], share(one.customers, most) if most else "0%")
            for one in counts
        ],
        "counted_at": min((one.counted_at for one in counts if one.counted_at), default=None),
    }
    return render(request, "scoring/reports/data_quality.html", context)


@staff_page(Action.VIEW_REPORTS)
@require_safe
def customers_with_problem(request: HttpRequest, problem: str) -> HttpResponse:
    """The customers to mend, those seen last first."""
    actor = acting(request)
    page = list_with_problem(actor=actor, problem=problem, cursor=request.GET.get("cursor", ""))
    counted = next(one for one in problem_counts(actor=actor) if one.problem == problem)
    context = {
        "tabs": report_tabs(request, actor),
        "counted": counted,
        "advice": ADVICE[DataProblem(problem)],
        "rows": page.rows,
        "most": MOST_LISTED,
        "may_edit": actor.may(Action.EDIT_CUSTOMER),
        **page_links(request, page),
    }
    return render(request, "scoring/reports/data_problem.html", context)


@staff_page(Action.VIEW_REPORTS)
@require_POST
def count_again(request: HttpRequest) -> HttpResponse:
    """Count in the background."""
    if ask_count(actor=acting(request)):
        messages.success(request, "The customers are being counted. Look again in a moment.")
    else:
        messages.info(request, "They were counted a moment ago.")
    return redirect("scoring:data-quality")
