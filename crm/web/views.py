"""The front door: home and search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm.roles import Action
from crm.web.access import staff_page


@staff_page(Action.FIND_CUSTOMERS)
def home(request: HttpRequest) -> HttpResponse:
    """The search box, and nothing in its way."""
    return render(request, "crm/home.html")


@staff_page(Action.FIND_CUSTOMERS)
def search(request: HttpRequest) -> HttpResponse:
    """Results as they are typed."""
    return render(request, "crm/search.html")
