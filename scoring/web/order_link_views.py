"""An order without a customer: find the person who bought, and link them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from customers.selectors.search import search
from customers.selectors.search_hits import Hit
from scoring.models import Order
from scoring.orders.words import amount_words, platform_words
from scoring.selectors.orders import get_order
from scoring.services.order_review import link_order
from scoring.web.order_forms import FindForm, LinkForm

MOST_OFFERED = 10


@staff_page(Action.REVIEW_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """People who could have bought; a click links one."""
    order = get_order(actor=acting(request), order_id=order_id)
    if request.method == "POST" and "customer" in request.POST:
        return _link(request, order)
    return _page(request, order, FindForm(request.POST) if request.method == "POST" else None)


def _link(request: HttpRequest, order: Order) -> HttpResponse:
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("Choose a customer of this company.")
    customer_id = form.cleaned_data["customer"]
    try:
        link_order(actor=acting(request), order_id=order.pk, customer_id=customer_id)
    except (InvalidInput, Conflict) as error:
        messages.error(request, error.message)
        return redirect("orders:link", order.pk)
    messages.success(request, "The order is linked, and stays so whatever the platform says.")
    return redirect("orders:order", order.pk)


def _page(request: HttpRequest, order: Order, typed: FindForm | None) -> HttpResponse:
    if typed is None:
        known = (order.buyer_email_key, order.buyer_phone_key, order.buyer_name)
        wanted = [text for text in known if text]
    else:
        wanted = [typed.cleaned_data["find"]] if typed.is_valid() else []
    people: list[Hit] = []
    text = ""
    for text in wanted:  # the surest first; the next, when nobody has it
        people = _people(acting(request), text)
        if people:
            break
    form = typed or FindForm(initial={"find": text})
    context = {
        "order": order,
        "source": platform_words(order),
        "amount": amount_words(order),
        "form": form,
        "people": people,
        "looked": bool(wanted),
    }
    return render(request, "scoring/orders/link.html", context, status=422 if form.errors else 200)


def _people(actor: Actor, text: str) -> list[Hit]:
    hits = search(actor=actor, text=text, limit=MOST_OFFERED).hits
    return [hit for hit in hits if hit.kind == "customer"]
