"""The page on which a new lead is written down."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from leads.services.create import LeadOutcome, create_lead
from leads.web.callers import caller_page, opened_form
from leads.web.forms import DETAILS, NewLeadForm
from leads.web.walk_in_views import where_to

PAGE = "leads/new.html"


@staff_page(Action.CREATE_LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, empty, of a known customer or filled from the search box; or its answer."""
    actor, form = acting(request), opened_form(request, NewLeadForm)
    if not form.is_bound or not form.is_valid():
        return caller_page(request, PAGE, form)
    try:
        outcome = _create(actor, form)
    except (Conflict, InvalidInput) as error:
        return caller_page(request, PAGE, form, refusal=error)
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
        unless_alike=not typed["checked"],
        **{name: typed[name] for name in DETAILS},
    )
