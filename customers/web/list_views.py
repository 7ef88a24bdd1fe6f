"""The list of customers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm.errors import InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.lists import count_of, page_links, query_of
from customers.selectors.list_columns import list_cells, list_columns
from customers.selectors.lists import DEFAULT_ORDERING, count_up_to, list_customers
from customers.web.list_forms import CustomerFilterForm, OrderForm


@staff_page(Action.FIND_CUSTOMERS)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """All customers of the company, fifty a page."""
    actor = acting(request)
    form, order = CustomerFilterForm(request.GET, actor=actor), OrderForm(request.GET)
    if not form.is_valid() or not order.is_valid():
        raise InvalidInput("These filters are not on the list. Clear them and choose again.")
    filters = form.filters()
    sort = order.cleaned_data["sort"] or DEFAULT_ORDERING
    page = list_customers(
        actor=actor, filters=filters, ordering=sort, cursor=order.cleaned_data["cursor"]
    )
    total = count_up_to(actor=actor, filters=filters)
    cells = list_cells(actor=actor, customer_ids=[customer.pk for customer in page.rows])
    for customer in page.rows:
        customer.cells = cells[customer.pk]  # type: ignore[attr-defined]
    context = {
        "rows": page.rows,
        "columns": list_columns(),
        "form": form,
        "sort": sort,
        "count": count_of(total, shown=len(page.rows)),
        "sorts": OrderForm.base_fields["sort"].choices,  # type: ignore[attr-defined]
        "clear_url": reverse("customers:list") if form.changed_data else "",
        "is_filtered": bool(form.changed_data),
        **page_links(request, page),
        "may_export": actor.may(Action.EXPORT),
        "narrowed_to": query_of(request),
        "may_create": actor.may(Action.CREATE_CUSTOMER),
    }
    return render(request, "customers/list.html", context)
