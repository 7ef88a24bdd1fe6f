"""A lead without a customer: find the person and link them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import PageForm, TextField
from customers.selectors.search import search
from customers.selectors.search_hits import Hit
from leads.models import Lead
from leads.selectors.detail import get_lead
from leads.services.link import link_lead
from leads.web.forms import LinkForm

MOST_OFFERED = 10


class FindForm(PageForm):
    """Whom to look for."""

    find = TextField(label="Find the customer", max_length=200, required=False)


@staff_page(Action.WORK_LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """People who could be behind the lead; a click links one."""
    actor = acting(request)
    found = get_lead(actor=actor, lead_id=lead_id)
    if found.customer_id is not None:
        return redirect("leads:lead", lead_id)
    if request.method == "POST" and "customer" in request.POST:
        return _link(request, found)
    typed = FindForm(request.POST) if request.method == "POST" else None
    return _page(request, found, typed)


def _link(request: HttpRequest, found: Lead) -> HttpResponse:
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("Choose a customer of this company.")
    customer_id = form.cleaned_data["customer"]
    try:
        link_lead(actor=acting(request), lead_id=found.pk, customer_id=customer_id)
    except (InvalidInput, Conflict) as error:
        messages.error(request, error.message)
        return redirect("leads:link", found.pk)
    messages.success(request, "The lead is linked.")
    return redirect("leads:lead", found.pk)


def _page(request: HttpRequest, found: Lead, typed: FindForm | None) -> HttpResponse:
    if typed is None:
        wanted = [text for text in (found.phone, found.full_name) if text]
    else:
        wanted = [typed.cleaned_data["find"]] if typed.is_valid() else []
    people: list[Hit] = []
    text = ""
    for text in wanted:  # the number first; the name, when nobody has the number
        people = _people(acting(request), text)
        if people:
            break
    form = typed or FindForm(initial={"find": text})
    context = {
        "lead": found,
        "form": form,
        "people": people,
        "looked": bool(wanted),
        "may_create": acting(request).may(Action.CREATE_CUSTOMER),
    }
    return render(request, "leads/link.html", context, status=422 if form.errors else 200)


def _people(actor: Actor, text: str) -> list[Hit]:
    hits = search(actor=actor, text=text, limit=MOST_OFFERED).hits
    return [hit for hit in hits if hit.kind == "customer"]
