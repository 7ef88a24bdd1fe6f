"""A customer's orders, and how their score came about."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.errors import InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import PageForm
from crm.web.lists import page_links
from scoring.selectors.customer_scores import ledger_of, live_customer, orders_of, worth_of
from scoring.web.revenue_views import platform_name


class CursorForm(PageForm):
    """Which page of a list."""

    cursor = forms.CharField(required=False, max_length=400)


@staff_page(Action.VIEW_ORDERS)
@require_safe
def customer_orders(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """All orders of a customer, newest first."""
    actor = acting(request)
    customer = live_customer(actor=actor, customer_id=customer_id)
    page = orders_of(actor=actor, customer_id=customer_id, cursor=_cursor(request))
    context = {
        "customer": customer,
        "worth": worth_of(actor=actor, customer_id=customer_id),
        "rows": [(order, platform_name(order.platform)) for order in page.rows],
        **page_links(request, page),
    }
    return render(request, "scoring/customer_orders.html", context)


@staff_page(Action.VIEW_CUSTOMER)
@require_safe
def score_history(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The reasons of the score now, and every change of it."""
    actor = acting(request)
    customer = live_customer(actor=actor, customer_id=customer_id)
    page = ledger_of(actor=actor, customer_id=customer_id, cursor=_cursor(request))
    context = {
        "customer": customer,
        "worth": worth_of(actor=actor, customer_id=customer_id),
        "rows": page.rows,
        **page_links(request, page),
    }
    return render(request, "scoring/score_history.html", context)


def _cursor(request: HttpRequest) -> str:
    form = CursorForm(request.GET)
    if not form.is_valid():
        raise InvalidInput("This page link is damaged. Start again from the first page.")
    cursor: str = form.cleaned_data["cursor"]
    return cursor
