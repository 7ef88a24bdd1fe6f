"""The gate of every page: signed in, and a role that may be here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from crm.actors import Actor
from crm.roles import Action

View = Callable[..., HttpResponseBase]


def acting(request: HttpRequest) -> Actor:
    """The staff member behind this request; pages behind `staff_page` always have one."""
    return request.actor  # type: ignore[attr-defined]


def staff_page(action: Action) -> Callable[[View], View]:
    """Let in signed-in staff whose role allows the action somewhere; send others to sign in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if acting(request) is None:
                if getattr(request, "htmx", None):
                    return HttpResponseClientRedirect(resolve_url("account_login"))
                return redirect_to_login(request.get_full_path())
            acting(request).require(action)
            return view(request, *args, **kwargs)

        return gate

    return decorate
