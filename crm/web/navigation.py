"""The left rail: where a staff member may go."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from crm.actors import Actor
from crm.roles import Action


@dataclass(frozen=True)
class Item:
    """One place to go; `icon` names a symbol of the sprite."""

    label: str
    url: str
    icon: str
    current: bool


_PLACES = (
    ("Search", "home", "search", Action.FIND_CUSTOMERS),
    ("Customers", "customers:list", "users", Action.FIND_CUSTOMERS),
    ("Leads", "leads:list", "inbox", Action.VIEW_LEAD),
    ("Reports", "scoring:overview", "chart-column", Action.VIEW_REPORTS),
    ("Orders", "orders:review", "ticket", Action.REVIEW_ORDERS),
    ("Imports", "imports:list", "upload", Action.IMPORT_ORDERS),
    ("Admin", "admin:index", "settings", Action.USE_ADMIN),
)


def navigation_of(request: HttpRequest, actor: Actor) -> list[Item]:
    """The places this actor may go, the current one marked."""
    items = []
    for label, url_name, icon, action in _PLACES:
        if actor.may(action):
            url = reverse(url_name)
            is_here = request.path == url or (url != "/" and request.path.startswith(url))
            items.append(Item(label, url, icon, is_here))
    return items
