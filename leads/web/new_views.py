"""The page on which a new lead is written down."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.from_search import comes_from_search, typed_in_search
from customers.models import Customer
from leads.services.create import LeadOutcome, create_lead
from leads.web.callers import candidates_of, known_customer
from leads.web.forms import DETAILS, NewLeadForm
from leads.web.walk_in_views import where_to


@staff_page(Action.CREATE_LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, empty, of a known customer or filled from the search box; or its answer."""
    actor = acting(request)
    if request.method != "POST":
        customer = known_customer(actor, request.GET.get("customer", ""))
        initial = {"customer": customer.pk} if customer else {}
        return _page(request, NewLeadForm(actor=actor, initial=initial))
    if comes_from_search(request):
        return _page(request, NewLeadForm(actor=actor, initial=typed_in_search(request)))
    form = NewLeadForm(request.POST, actor=actor)
    if not form.is_valid():
        return _page(request, form)
    try:
        outcome = _create(actor, form)
    except Conflict as error:
        if error.code == "choose_customer":
            return _page(request, form, candidates=candidates_of(actor, error))
        form.add_service_error(error)
        return _page(request, form, open_lead_id=error.details.get("lead_id"))
    except InvalidInput as error:
        form.add_service_error(error)
        return _page(request, form)
    messages.success(request, "New lead logged.")
    return where_to(actor, outcome.lead)


def _create(actor: Actor, form: NewLeadForm) -> LeadOutcome:
    typed = form.cleaned_data
    return create_lead(
        actor=actor,
        branch_id=typed["branch"],
        full_name=typed["full_name"],
        phone_text=typed["phone"],
        email_text=typed["email"],
        customer_id=typed["customer"],
        source_id=typed["source"],
        owner_id=typed["owner"],
        **{name: typed[name] for name in DETAILS},
    )


def _page(
    request: HttpRequest,
    form: NewLeadForm,
    *,
    candidates: list[Customer] | None = None,
    open_lead_id: object = None,
) -> HttpResponse:
    actor = acting(request)
    context = {
        "form": form,
        "candidates": candidates,
        "open_lead_id": open_lead_id,
        "known": known_customer(actor, str(form["customer"].value() or "")),
        "may_create": actor.may(Action.CREATE_CUSTOMER),
    }
    status = 409 if candidates or open_lead_id else 422 if form.errors else 200
    return render(request, "leads/new.html", context, status=status)
