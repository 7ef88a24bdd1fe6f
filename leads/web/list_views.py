"""The list of leads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm.errors import InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.lists import count_of, page_links, tabs_of
from leads.selectors.lists import count_leads, list_leads
from leads.web.list_forms import LeadFilterForm, OrderForm

TABS = (
    ("Open", "status=open"),
    ("Mine", "status=open&owner=me"),
    ("Follow-ups due", "follow_up=due&sort=follow_up"),
    ("Nobody's", "status=open&owner=unassigned"),
    ("Without a customer", "without_customer=on"),
    ("All", ""),
)
OWN_TABS = (
    ("Open", "status=open"),
    ("Follow-ups due", "follow_up=due&sort=follow_up"),
    ("All", ""),
)


@staff_page(Action.VIEW_LEAD)
@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """Leads within the actor's reach, fifty a page."""
    actor = acting(request)
    form, order = LeadFilterForm(request.GET, actor=actor), OrderForm(request.GET)
    if not form.is_valid() or not order.is_valid():
        raise InvalidInput("These filters are not on the list. Clear them and choose again.")
    filters = form.filters()
    sort = order.cleaned_data["sort"] or "received"
    page = list_leads(
        actor=actor, filters=filters, ordering=sort, cursor=order.cleaned_data["cursor"]
    )
    total = count_leads(actor=actor, filters=filters)
    context = {
        "rows": page.rows,
        "form": form,
        "sort": sort,
        "count": count_of(total, shown=len(page.rows)),
        "total": total,
        "list_tabs": tabs_of(request, TABS if "owner" in form.fields else OWN_TABS),
        "clear_url": reverse("leads:list") if form.changed_data else "",
        "is_filtered": bool(form.changed_data),
        **page_links(request, page),
        "may_create": actor.may(Action.CREATE_LEAD),
        "may_log_walk_in": actor.may(Action.LOG_WALK_IN),
    }
    return render(request, "leads/list.html", context)
