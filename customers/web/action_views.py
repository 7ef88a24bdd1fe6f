"""What the customer card lets people do without leaving it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import PageForm
from customers.services.consent import record_consent
from customers.services.households import leave_household
from customers.services.notes import add_note
from customers.services.removal import delete_customer, restore_customer
from customers.services.stage import change_stage
from customers.web.action_forms import ConsentForm, DeleteForm, NoteForm, StageForm
from customers.web.card_views import card_page


@staff_page(Action.ADD_NOTE)
@require_POST
def note(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Write something down."""
    form = NoteForm(request.POST)
    return _act(
        request, customer_id, form, "note_form", add_note, "The note is saved.", "#timeline"
    )


@staff_page(Action.CHANGE_STAGE)
@require_POST
def stage(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Move the customer to another stage."""
    form = StageForm(request.POST)
    return _act(request, customer_id, form, "stage_form", change_stage, "The stage is changed.")


@staff_page(Action.RECORD_CONSENT)
@require_POST
def consent(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Record a yes or no."""
    form = ConsentForm(request.POST)
    return _act(request, customer_id, form, "consent_form", record_consent, "Consent is recorded.")


@staff_page(Action.DELETE_CUSTOMER)
@require_POST
def delete(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Take the customer out of lists and search; it can be undone."""
    form = DeleteForm(request.POST)
    said = "The customer is deleted. You can restore the record here."
    return _act(request, customer_id, form, "delete_form", delete_customer, said)


@staff_page(Action.DELETE_CUSTOMER)
@require_POST
def restore(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Bring a deleted customer back."""
    try:
        restore_customer(actor=acting(request), customer_id=customer_id)
    except (InvalidInput, Conflict) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The customer is back.")
    return redirect("customers:card", customer_id)


@staff_page(Action.REVIEW_DUPLICATES)
@require_POST
def leave(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Take the customer out of their household."""
    leave_household(actor=acting(request), customer_id=customer_id)
    messages.success(request, "They are no longer of that household.")
    return redirect("customers:card", customer_id)


def _act(
    request: HttpRequest,
    customer_id: UUID,
    form: PageForm,
    form_name: str,
    service: Callable[..., Any],
    said: str,
    anchor: str = "",
) -> HttpResponse:
    if form.is_valid():
        try:
            service(actor=acting(request), customer_id=customer_id, **form.cleaned_data)
        except (InvalidInput, Conflict) as error:
            form.add_service_error(error)
            # Merged meanwhile: the words come back on the card that the person has now.
            customer_id = error.details.get("merged_into") or customer_id
        else:
            messages.success(request, said)
            return redirect(reverse("customers:card", args=[customer_id]) + anchor)
    return card_page(request, customer_id, forms={form_name: form})
