"""The page on which a customer is corrected."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, StaleVersion
from crm.roles import Action
from crm.web.access import acting, staff_page
from customers.models import Customer
from customers.selectors.card import CustomerCard, MergedInto, get_card
from customers.services.edit import edit_customer
from customers.services.newcomer_check import (
    MaybeHere,
    PerhapsThem,
    refuse_edit_if_here,
)
from customers.services.tags import set_tags
from customers.web import conflict
from customers.web.action_forms import ContactPointForm
from customers.web.customer_forms import CUSTOMER_FIELDS, EditCustomerForm, editable_values


@staff_page(Action.EDIT_CUSTOMER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The customer's fields; below them the phones and e-mails."""
    actor = acting(request)
    try:
        card = get_card(actor=actor, customer_id=customer_id)
    except MergedInto as error:
        messages.info(request, "That customer is now part of this one.")
        return redirect("customers:edit", error.survivor_id)
    if not card.customer.is_live:
        return redirect("customers:card", customer_id)
    if request.method != "POST":
        return edit_page(request, card)
    form = EditCustomerForm(
        request.POST, languages=actor.company.languages, initial=_opened_with(card)
    )
    if not form.is_valid():
        return edit_page(request, card, form=form)
    try:
        customer = _save(actor, card.customer, form)
    except StaleVersion as error:
        saved = get_card(actor=actor, customer_id=customer_id)
        by = str(error.details.get("changed_by") or "")
        again, clash = conflict.form_after(form, saved.customer, by=by)
        return edit_page(request, saved, form=again, clash=clash)
    except MaybeHere as error:
        return edit_page(request, card, form=form, maybe_here=error.people)
    except (InvalidInput, Conflict) as error:
        form.add_service_error(error)
        return edit_page(request, card, form=form)
    messages.success(request, f"{customer.full_name} is saved.")
    return redirect("customers:card", customer_id)


@transaction.atomic
def _save(actor: Actor, known: Customer, form: EditCustomerForm) -> Customer:
    typed, changed = form.cleaned_data, set(form.changed_data) - conflict.kept_theirs(form)
    changes = {name: typed[name] for name in CUSTOMER_FIELDS if name in changed}
    if not typed["checked"]:
        refuse_edit_if_here(actor=actor, customer=known, changes=changes)
    customer = edit_customer(
        actor=actor, customer_id=known.pk, version=typed["version"], changes=changes
    )
    if "tags" in changed:
        set_tags(actor=actor, customer_id=known.pk, names=typed["tags"])
    return customer


def edit_page(
    request: HttpRequest,
    card: CustomerCard,
    *,
    form: EditCustomerForm | None = None,
    clash: conflict.Clash | None = None,
    point_form: ContactPointForm | None = None,
    holders: list[Customer] | None = None,
    maybe_here: Sequence[PerhapsThem] = (),
) -> HttpResponse:
    """Both forms of the page; whichever came back shows its errors."""
    form = form or EditCustomerForm(
        initial=_opened_with(card), languages=acting(request).company.languages
    )
    went_wrong = clash or form.errors or (point_form is not None and point_form.errors)
    context = {
        "card": card,
        "customer": card.customer,
        "form": form,
        "clash": clash,
        "point_form": point_form or ContactPointForm(),
        "holders": holders or [],
        "maybe_here": maybe_here,
        "is_checked": bool(maybe_here) or "checked" in form.data,
    }
    status = 409 if clash or maybe_here else 422 if went_wrong else 200
    return render(request, "customers/edit.html", context, status=status)


def _opened_with(card: CustomerCard) -> dict[str, object]:
    return editable_values(card.customer, (str(tag) for tag in card.tags))
