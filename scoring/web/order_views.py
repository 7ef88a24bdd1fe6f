"""Orders that somebody must look at, and the page of one order."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.lists import CAP, count_of, page_links
from scoring.models import LinkMethod, Order, ReviewState
from scoring.orders.words import amount_words, platform_words, reason_words, status_words
from scoring.selectors.orders import (
    Task,
    count_orders_to_review,
    decisions_on,
    get_order,
    list_orders_to_review,
)
from scoring.services.exchange_rates import set_rate
from scoring.services.order_review import (
    confirm_order,
    remove_order,
    restore_order,
    unlink_order,
)
from scoring.web.order_forms import RateForm, RemoveForm, TaskForm

LABELS = {Task.FLAGGED: "To be confirmed", Task.UNLINKED: "No customer", Task.NO_RATE: "No rate"}
DECISIONS = {
    "order.confirmed": "Confirmed",
    "order.linked": "Linked to a customer",
    "order.unlinked": "Unlinked",
    "order.removed": "Taken out",
    "order.restored": "Brought back",
}


def _told(order: Order) -> dict[str, Any]:
    """An order with its words, as the templates show it."""
    return {
        "order": order,
        "amount": amount_words(order),
        "status": status_words(order),
        "reasons": reason_words(order),
        "source": platform_words(order),
        "why_unlinked": LinkMethod(order.link_method).label if order.link_method else "",
        "is_flagged": order.review == ReviewState.FLAGGED,
    }


@staff_page(Action.REVIEW_ORDERS)
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Flagged, unlinked and rateless orders, fifty a page."""
    return _list(request, RateForm())


def _list(request: HttpRequest, rate_form: RateForm) -> HttpResponse:
    actor = acting(request)
    form = TaskForm(request.GET)
    if not form.is_valid():
        raise InvalidInput("There is no such list of orders. Open it from the menu again.")
    task = Task(form.cleaned_data["show"] or Task.FLAGGED)
    if rate_form.is_bound:
        task = Task.NO_RATE
    page = list_orders_to_review(actor=actor, task=task, cursor=form.cleaned_data["cursor"])
    counts = count_orders_to_review(actor=actor)
    here = reverse("orders:review")
    context = {
        "rows": [_told(order) for order in page.rows],
        "task": task.value,
        "rate_form": rate_form,
        "count": count_of(counts[task], shown=len(page.rows)),
        "list_tabs": [
            {
                "label": LABELS[each],
                "url": f"{here}?show={each}",
                "current": each is task,
                "count": f"{CAP:,}+" if counts[each] > CAP else f"{counts[each]:,}",
            }
            for each in Task
        ],
        **page_links(request, page),
    }
    return render(request, "scoring/orders/review.html", context, status=_status(rate_form))


def _status(form: RateForm) -> int:
    return 422 if form.is_bound and form.errors else 200


@staff_page(Action.REVIEW_ORDERS)
@require_POST
def set_rate_page(request: HttpRequest) -> HttpResponse:
    """Store a rate; the orders of its days follow."""
    actor, form = acting(request), RateForm(request.POST)
    if form.is_valid():
        try:
            rate = set_rate(actor=actor, **form.cleaned_data)
        except InvalidInput as error:
            form.add_service_error(error)
        else:
            worth = f"{rate.rate.normalize():f} {actor.company.currency}"
            messages.success(request, f"One {rate.currency} is worth {worth}.")
            return redirect(f"{reverse('orders:review')}?show={Task.NO_RATE}")
    return _list(request, form)


@staff_page(Action.VIEW_ORDERS)
@require_safe
def order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What an order says, whose it is, and what was decided about it."""
    return _page(request, get_order(actor=acting(request), order_id=order_id), RemoveForm())


def _page(request: HttpRequest, order: Order, form: RemoveForm) -> HttpResponse:
    actor = acting(request)
    events = decisions_on(actor=actor, order_id=order.pk)
    context = {
        **_told(order),
        "remove_form": form,
        "may_review": actor.may(Action.REVIEW_ORDERS),
        "history": [
            {
                "title": DECISIONS.get(event.action, event.action),
                "at": event.at,
                "by": event.actor_name,
                "text": event.reason,
            }
            for event in events
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "scoring/orders/order.html", context, status=status)


def _decide(
    request: HttpRequest, order_id: UUID, decide: Callable[..., Order], said: str
) -> HttpResponse:
    try:
        decide(actor=acting(request), order_id=order_id)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    if request.POST.get("back") == "list":
        return redirect("orders:review")
    return redirect("orders:order", order_id)


@staff_page(Action.REVIEW_ORDERS)
@require_POST
def confirm(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The figures are right."""
    return _decide(request, order_id, confirm_order, "The order is confirmed and counts now.")


@staff_page(Action.REVIEW_ORDERS)
@require_POST
def unlink(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """It is not this customer's."""
    return _decide(request, order_id, unlink_order, "The order belongs to nobody now.")


@staff_page(Action.REVIEW_ORDERS)
@require_POST
def restore(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """It counts again."""
    return _decide(request, order_id, restore_order, "The order is back.")


@staff_page(Action.REVIEW_ORDERS)
@require_POST
def remove(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """It is a test, or stands there twice."""
    form = RemoveForm(request.POST)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            remove_order(actor=acting(request), order_id=order_id, reason=reason)
        except InvalidInput as error:
            form.add_service_error(error)
        else:
            messages.success(request, "The order is taken out and counts no more.")
            return redirect("orders:order", order_id)
    return _page(request, get_order(actor=acting(request), order_id=order_id), form)
