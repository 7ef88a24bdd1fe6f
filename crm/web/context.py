"""What every page needs around its content."""

from typing import Any

from django.http import HttpRequest

from crm.roles import Action
from crm.web.navigation import navigation_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """The company, the staff member and the rail; nothing for a visitor."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    return {
        "actor": actor,
        "company": actor.company,
        "staff": actor.staff,
        "navigation": navigation_of(request, actor),
        "may_use_tokens": actor.may(Action.USE_OWN_TOKENS),
    }
