"""The page on which a new customer is written down."""

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crm.actors import Actor
from crm.errors import Conflict, DuplicateFound, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.from_search import comes_from_search, typed_in_search
from customers.models import Customer
from customers.services.contact_entries import EmailEntry, PhoneEntry
from customers.services.create import create_customer
from customers.services.newcomer_check import MaybeHere, PerhapsThem
from customers.services.tags import set_tags
from customers.web.customer_forms import CUSTOMER_FIELDS, NewCustomerForm
from customers.web.holders import people_of


@staff_page(Action.CREATE_CUSTOMER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An empty form, a form filled from the search box, or the form that came back."""
    actor = acting(request)
    languages = actor.company.languages
    if request.method != "POST":
        return _page(request, NewCustomerForm(languages=languages))
    if comes_from_search(request):
        typed = typed_in_search(request)
        return _page(request, NewCustomerForm(initial=typed, languages=languages))
    form = NewCustomerForm(request.POST, languages=languages)
    if not form.is_valid():
        return _page(request, form)
    try:
        customer = _create(actor, form)
    except MaybeHere as error:
        return _page(request, form, maybe_here=error.people)
    except DuplicateFound as error:
        form.add_service_error(error)
        return _page(request, form, holders=people_of(error))
    except (InvalidInput, Conflict) as error:
        form.add_service_error(error)
        return _page(request, form)
    messages.success(request, f"{customer.full_name} is now {customer.code}.")
    return redirect("customers:card", customer.pk)


@transaction.atomic
def _create(actor: Actor, form: NewCustomerForm) -> Customer:
    typed = form.cleaned_data
    customer = create_customer(
        actor=actor,
        phones=[PhoneEntry(typed["phone"]), PhoneEntry(typed["phone_2"])],
        emails=[EmailEntry(typed["email"])],
        branch=actor.staff.branch if actor.staff else None,
        share_numbers=typed["share_numbers"],
        unless_alike=not typed["checked"],
        **{name: typed[name] for name in CUSTOMER_FIELDS},
    )
    if typed["tags"]:
        set_tags(actor=actor, customer_id=customer.pk, names=typed["tags"])
    return customer


def _page(
    request: HttpRequest,
    form: NewCustomerForm,
    *,
    holders: Sequence[Customer] = (),
    maybe_here: Sequence[PerhapsThem] = (),
) -> HttpResponse:
    # The box that lets two people share a number appears with the first clash only.
    may_share = bool(holders) or (form.is_bound and "share_numbers" in form.data)
    status = 409 if maybe_here else 422 if form.errors else 200
    context = {
        "form": form,
        "holders": holders,
        "may_share": may_share,
        "maybe_here": maybe_here,
        "is_checked": bool(holders or maybe_here) or "checked" in form.data,
    }
    return render(request, "customers/new.html", context, status=status)
