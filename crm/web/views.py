"""The start page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.roles import Action
from crm.selectors.webhooks import stopped_endpoints
from crm.web.access import acting, staff_page
from crm.web.home_lists import lists_of_the_day


@staff_page(Action.FIND_CUSTOMERS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search box, and below it what the day asks of this person."""
    actor = acting(request)
    context = {
        "day": lists_of_the_day(actor),
        "now": timezone.now(),
        "stopped_endpoints": stopped_endpoints() if actor.may(Action.MANAGE_WEBHOOKS) else (),
        "may_log_walk_in": actor.may(Action.LOG_WALK_IN),
        "may_create_customer": actor.may(Action.CREATE_CUSTOMER),
        "may_create_lead": actor.may(Action.CREATE_LEAD),
    }
    return render(request, "crm/home.html", context)
