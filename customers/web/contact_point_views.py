"""Phones and e-mails of a customer: add, make main, mark (valid, not valid, not shared), remove."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm.errors import Conflict, DuplicateFound, InvalidInput, NotFound
from crm.roles import Action
from crm.web.access import acting, staff_page
from customers.models import Customer
from customers.selectors.card import get_card
from customers.services.contact_points import (
    add_contact_point,
    make_primary,
    mark_invalid,
    remove_contact_point,
    stop_sharing,
)
from customers.web.action_forms import ContactPointForm, PointChangeForm
from customers.web.edit_views import edit_page
from customers.web.holders import people_of

_CHANGES: dict[str, tuple[Callable[..., object], str]] = {
    "primary": (make_primary, "This one is now the main one."),
    "invalid": (mark_invalid, "Marked as not valid."),
    "valid": (partial(mark_invalid, is_invalid=False), "Marked as valid again."),
    "unshare": (stop_sharing, "This one is now theirs alone."),
    "remove": (remove_contact_point, "Removed."),
}


@staff_page(Action.EDIT_CUSTOMER)
@require_POST
def points(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Add a phone or an e-mail."""
    actor = acting(request)
    form = ContactPointForm(request.POST)
    holders: list[Customer] = []
    if form.is_valid():
        try:
            add_contact_point(actor=actor, customer_id=customer_id, **form.cleaned_data)
        except DuplicateFound as error:
            form.add_error("text", error.message)
            holders = people_of(error)
        except (InvalidInput, Conflict) as error:
            form.add_service_error(error, {"phone": "text", "email": "text"})
        else:
            messages.success(request, "Added.")
            return _back(customer_id)
    card = get_card(actor=actor, customer_id=customer_id)
    return edit_page(request, card, point_form=form, holders=holders)


@staff_page(Action.EDIT_CUSTOMER)
@require_POST
def change(request: HttpRequest, customer_id: UUID, point_id: UUID) -> HttpResponse:
    """Make it the main one, mark it or take the mark back, or take it away."""
    actor = acting(request)
    card = get_card(actor=actor, customer_id=customer_id)
    if point_id not in {point.pk for point in card.contact_points}:
        raise NotFound
    form = PointChangeForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("Choose what to do with this phone or e-mail.")
    service, said = _CHANGES[form.cleaned_data["change"]]
    try:
        service(actor=actor, contact_point_id=point_id)
    except DuplicateFound as error:
        messages.error(request, f"{error.message} Take it off their card first.")
    except (InvalidInput, Conflict) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return _back(customer_id)


def _back(customer_id: UUID) -> HttpResponse:
    return redirect(reverse("customers:edit", args=[customer_id]) + "#reach")
