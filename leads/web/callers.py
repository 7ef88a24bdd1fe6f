"""The customer behind a walk-in or a new lead: known already, or one of several to choose from.

Both pages open the same way, and both show whom the number could mean.
"""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting
from crm.web.from_search import comes_from_search, typed_in_search
from customers.models import Customer
from customers.services.newcomer_check import MaybeHere
from leads.web.forms import CallerFields

Form = TypeVar("Form", bound=CallerFields)


def opened_form(request: HttpRequest, form_class: type[Form]) -> Form:
    """The form as the page opens: empty, of a known customer, or with what the search box held.

    Bound where the form itself was sent.
    """
    actor = acting(request)
    if request.method != "POST":
        customer = known_customer(actor, request.GET.get("customer", ""))
        return form_class(actor=actor, initial={"customer": customer.pk} if customer else {})
    if comes_from_search(request):
        return form_class(actor=actor, initial=typed_in_search(request))
    return form_class(request.POST, actor=actor)


def caller_page(
    request: HttpRequest,
    template: str,
    form: CallerFields,
    *,
    refusal: Conflict | InvalidInput | None = None,
) -> HttpResponse:
    """The page of the form. What the service refused stands at the form, or is a chooser (409)."""
    actor = acting(request)
    candidates: list[Customer] = []
    maybe_here = refusal.people if isinstance(refusal, MaybeHere) else ()
    if refusal is not None and refusal.code == "choose_customer":
        candidates = candidates_of(refusal)
    elif refusal is not None and not maybe_here:  # those are a question, no error
        form.add_service_error(refusal)
    open_lead_id = refusal.details.get("lead_id") if refusal else None
    context = {
        "form": form,
        "candidates": candidates,
        "maybe_here": maybe_here,
        "is_checked": bool(maybe_here) or "checked" in form.data,
        "open_lead_id": open_lead_id,
        "known": known_customer(actor, str(form["customer"].value() or "")),
        "may_create": actor.may(Action.CREATE_CUSTOMER),
    }
    status = 409 if candidates or maybe_here or open_lead_id else 422 if form.errors else 200
    return render(request, template, context, status=status)


def known_customer(actor: Actor, customer_id: str) -> Customer | None:
    """The live customer of this id, or None; a damaged or foreign id is None too."""
    if not actor.may(Action.VIEW_CUSTOMER):
        return None
    try:
        return Customer.objects.live().filter(pk=UUID(customer_id)).first()
    except ValueError:
        return None


def candidates_of(error: Conflict | InvalidInput) -> list[Customer]:
    """The people whom `choose_customer` names, in its order."""
    ids: Sequence[UUID] = error.details.get("candidates", ())
    people = Customer.objects.live().in_bulk(ids)
    return [people[pk] for pk in ids if pk in people]
