"""How old the data behind lists, exports and reports is, and how the nightly work fares."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from crm.errors import InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from scoring.selectors.freshness import FreshnessState, freshness
from scoring.selectors.nightly import nightly_work
from scoring.services.refresh import RefreshedView, ask_refresh
from scoring.web.report_tabs import report_tabs

NAMES = {
    RefreshedView.TIMELINE: ("Activity timeline", "Exports and reports of what happened."),
    RefreshedView.MARKETING: ("Marketing export", "Whom marketing may reach, and how."),
    RefreshedView.SEGMENT_COUNTS: ("Segment counts", "How many customers each segment has."),
    RefreshedView.REVENUE: ("Revenue", "By day, platform and event."),
}
TONES = {
    FreshnessState.FAILING: "danger",
    FreshnessState.NEVER: "warn",
    FreshnessState.OLD: "warn",
    FreshnessState.RUNNING: "info",
    FreshnessState.FRESH: "success",
}


@staff_page(Action.VIEW_REPORTS)
@require_safe
def freshness_page(request: HttpRequest) -> HttpResponse:
    """Every view with its age, and what ran last."""
    actor = acting(request)
    views = [
        {
            "view": found,
            "name": NAMES[RefreshedView(found.view)][0],
            "use": NAMES[RefreshedView(found.view)][1],
            "tone": TONES[found.state],
            "state": found.state.value.capitalize(),
        }
        for found in freshness()
    ]
    context = {
        "tabs": report_tabs(request, actor),
        "views": views,
        "nightly": nightly_work(actor=actor),
    }
    return render(request, "scoring/reports/data.html", context)


@staff_page(Action.VIEW_REPORTS)
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Renew one view in the background."""
    view = request.POST.get("view", "")
    try:
        ask_refresh(actor=acting(request), view=view)
    except InvalidInput as error:
        messages.error(request, next(iter(error.fields.values()), error.message))
    else:
        name = NAMES[RefreshedView(view)][0]
        messages.success(request, f"“{name}” is being refreshed. Look again in a moment.")
    return redirect("scoring:data")
