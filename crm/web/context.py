"""What every page needs around its content."""

from typing import Any

from django.http import HttpRequest

from crm.web.navigation import navigation_of

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The company, the staff member, the rail and the theme; little for a visitor."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else "auto"}
    actor = getattr(request, "actor", None)
    if actor is not None:
        context |= {
            "actor": actor,
            "company": actor.company,
            "staff": actor.staff,
            "navigation": navigation_of(request, actor),
        }
    return context
