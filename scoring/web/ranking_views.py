"""The list of customers by what they are worth."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm.errors import InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.lists import count_of, page_links, query_of
from scoring.selectors.ranking import DEFAULT_ORDERING, count_ranked, rank_customers
from scoring.web.ranking_forms import RankingFilterForm, RankingOrderForm


@staff_page(Action.FIND_CUSTOMERS)
@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """Customers by score, net or last order, fifty a page."""
    actor = acting(request)
    form, order = RankingFilterForm(request.GET, actor=actor), RankingOrderForm(request.GET)
    if not form.is_valid() or not order.is_valid():
        raise InvalidInput("These filters are not on the list. Clear them and choose again.")
    filters = form.filters()
    sort = order.cleaned_data["sort"] or DEFAULT_ORDERING
    page = rank_customers(
        actor=actor, filters=filters, ordering=sort, cursor=order.cleaned_data["cursor"]
    )
    total = count_ranked(actor=actor, filters=filters)
    context = {
        "rows": page.rows,
        "form": form,
        "sort": sort,
        "sorts": RankingOrderForm.base_fields["sort"].choices,  # type: ignore[attr-defined]
        "count": count_of(total, shown=len(page.rows)),
        "clear_url": reverse("scoring:ranking") if form.changed_data else "",
        "may_export": actor.may(Action.EXPORT),
        "narrowed_to": query_of(request),
        "is_filtered": bool(form.changed_data),
        **page_links(request, page),
    }
    return render(request, "scoring/ranking.html", context)
