"""Linking and unlinking app profiles on the customer card."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from customers.services.profile_links import link_profile, unlink_profile
from customers.web.card_views import card_page
from customers.web.profile_forms import LinkProfileForm, UnlinkProfileForm


@staff_page(Action.LINK_PROFILES)
@require_POST
def link(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """This profile is theirs."""
    form = LinkProfileForm(request.POST)
    if form.is_valid():
        try:
            link_profile(actor=acting(request), customer_id=customer_id, **form.cleaned_data)
        except (InvalidInput, Conflict) as error:
            form.add_service_error(error)
            customer_id = error.details.get("merged_into") or customer_id
        else:
            messages.success(request, "The profile is linked. Its app shows this customer now.")
            return redirect("customers:card", customer_id)
    return card_page(request, customer_id, forms={"link_profile_form": form})


@staff_page(Action.LINK_PROFILES)
@require_POST
def unlink(request: HttpRequest, customer_id: UUID, link_id: UUID) -> HttpResponse:
    """This profile is not theirs."""
    form = UnlinkProfileForm(request.POST)
    if form.is_valid():
        try:
            unlink_profile(
                actor=acting(request),
                link_id=link_id,
                customer_id=customer_id,
                **form.cleaned_data,
            )
        except (InvalidInput, Conflict) as error:
            form.add_service_error(error)
        else:
            messages.success(request, "The profile is unlinked. Only a person links it again.")
            return redirect("customers:card", customer_id)
    return card_page(request, customer_id, forms={"unlink_profile_form": form})
