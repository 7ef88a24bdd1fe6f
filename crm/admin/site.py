"""The admin site."""

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from crm.errors import Forbidden
from crm.roles import Action

# unfold evaluates expressions in attributes and writes inline styles; nothing else here does.
relaxed_policy = csp_update(
    {"script-src": [UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [UNSAFE_INLINE]}
)


class SwitchboardAdminSite(UnfoldAdminSite):
    """Open to staff whose role may use the admin; Django's own flags are not asked."""

    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.may(Action.USE_ADMIN)

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponseBase]:
        checked: Callable[..., HttpResponseBase] = relaxed_policy(
            super().admin_view(view, cacheable)
        )
        return checked

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One sign-in for all doors."""
        if request.user.is_authenticated:
            raise Forbidden("Your role cannot use the admin. Ask an admin of your company.")
        return redirect_to_login(reverse("admin:index"))

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One sign-out for all doors."""
        return HttpResponseRedirect(reverse("account_logout"))
