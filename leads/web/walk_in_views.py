"""Somebody stands at the desk: two fields, or one click from the card."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from leads.models import Lead
from leads.services.walk_in import WalkIn, log_walk_in
from leads.web.callers import caller_page, opened_form
from leads.web.forms import DETAILS, WalkInForm

PAGE = "leads/walk_in.html"


@staff_page(Action.LOG_WALK_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: HttpRequest) -> HttpResponse:
    """The form, the answer of the form, or the one click from a card."""
    actor, form = acting(request), opened_form(request, WalkInForm)
    if not form.is_bound or not form.is_valid():
        return caller_page(request, PAGE, form)
    try:
        logged = _log(actor, form)
    except (Conflict, InvalidInput) as error:
        return caller_page(request, PAGE, form, refusal=error)
    _say(request, logged)
    return where_to(actor, logged.lead)


def _log(actor: Actor, form: WalkInForm) -> WalkIn:
    typed = form.cleaned_data
    return log_walk_in(
        actor=actor,
        phone_text=typed["phone"],
        full_name=typed["full_name"],
        branch_id=typed["branch"],
        customer_id=typed["customer"],
        rm_id=typed["rm"],
        source_id=typed["source"],
        unless_alike=not typed["checked"],
        **{name: typed[name] for name in DETAILS},
    )


def _say(request: HttpRequest, logged: WalkIn) -> None:
    name, owner = logged.customer.full_name, logged.lead.owner
    if logged.created:
        text = f"New lead logged for {name}."
    elif owner is not None:
        text = f"Attached to the open lead of {name}. It is with {owner.display_name}."
    else:
        text = f"Attached to the open lead of {name}. Nobody owns it yet."
    messages.success(request, text)


def where_to(actor: Actor, lead: Lead) -> HttpResponse:
    """The lead, or the customer's card for somebody who may not open another's lead."""
    if actor.may_on(Action.VIEW_LEAD, branch_id=lead.branch_id, owner_id=lead.owner_id):
        return redirect("leads:lead", lead.pk)
    return redirect("customers:card", _id_of_customer(lead))


def _id_of_customer(lead: Lead) -> UUID:
    assert lead.customer_id is not None  # a walk-in always has one
    return lead.customer_id
