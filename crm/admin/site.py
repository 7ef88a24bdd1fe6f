"""The admin site."""

from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite

from crm.roles import Action


class SwitchboardAdminSite(UnfoldAdminSite):
    """Open to staff whose role may use the admin; Django's own flags are not asked."""

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.may(Action.USE_ADMIN)
