"""The one search box: results as they are typed, or as a page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from crm.actors import Actor
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import PageForm, TextField
from crm.web.from_search import FIELD_OF_FORM
from customers.selectors.search import SearchResult
from customers.selectors.search import search as find

SHOWN_IN_BOX = 8
SHOWN_ON_PAGE = 20


class SearchForm(PageForm):
    """What somebody typed; numbers are personal data, so it comes by POST only."""

    q = TextField(max_length=200, required=False)


@staff_page(Action.FIND_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The list below the box for htmx, else the page of results."""
    is_partial = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    context = _found(
        acting(request), SearchForm(request.POST), SHOWN_IN_BOX if is_partial else SHOWN_ON_PAGE
    )
    template = "crm/search_results.html" if is_partial else "crm/search.html"
    return render(request, template, context)


def _found(actor: Actor, form: SearchForm, limit: int) -> dict[str, Any]:
    if not form.is_valid():
        return {"query": form["q"].value(), "trouble": form.errors["q"][0]}
    text = form.cleaned_data["q"]
    result = find(actor=actor, text=text, limit=limit)
    return {
        "query": text,
        "result": result,
        **_offers(actor, result),
    }


def _offers(actor: Actor, result: SearchResult) -> dict[str, bool]:
    """What to do with somebody who is not known yet."""
    is_new = result.offers_new and result.form in FIELD_OF_FORM
    return {
        "may_create": is_new and actor.may(Action.CREATE_CUSTOMER),
        "may_log_walk_in": is_new and result.form == "phone" and actor.may(Action.LOG_WALK_IN),
    }
