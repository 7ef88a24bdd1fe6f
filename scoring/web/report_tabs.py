"""The tabs of the reports, and how old what they show is."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from crm.actors import Actor
from crm.roles import Action
from scoring.selectors.freshness import Freshness, FreshnessState

TABS = (
    ("Overview", "scoring:overview", Action.VIEW_REPORTS),
    ("RFM", "scoring:rfm", Action.VIEW_REPORTS),
    ("Revenue", "scoring:revenue", Action.VIEW_REPORTS),
    ("Duplicates", "scoring:duplicates", Action.VIEW_REPORTS),
    ("Data quality", "scoring:data-quality", Action.VIEW_REPORTS),
    ("Score rules", "scoring:rules", Action.VIEW_REPORTS),
    ("Data", "scoring:data", Action.VIEW_REPORTS),
)
CALM = (FreshnessState.FRESH, FreshnessState.RUNNING)


def report_tabs(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """The reports this actor may open, the current one marked."""
    tabs = []
    for label, name, action in TABS:
        if actor.may(action):
            url = reverse(name)
            current = request.path == url or (name != "scoring:overview" and url in request.path)
            tabs.append({"label": label, "url": url, "current": current})
    return tabs


def age_of(found: Freshness) -> dict[str, Any]:
    """What `scoring/reports/age.html` says of a view."""
    return {"as_of": found.as_of, "is_calm": found.state in CALM, "state": found.state.value}
