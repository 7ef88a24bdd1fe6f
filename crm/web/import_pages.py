"""What the pages of all imports share: how states look, actions with a word behind them, tabs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from crm.actors import Actor
from crm.errors import Conflict
from crm.models.file_import import STOPPED_STATES, FileImport, ImportState
from crm.roles import Action
from crm.web.access import acting

TONES = {
    ImportState.NEW: "neutral",
    ImportState.WAITING: "info",
    ImportState.RUNNING: "progress",
    ImportState.UNDOING: "progress",
    ImportState.CANCELLED: "warn",
    ImportState.FAILED: "danger",
    ImportState.DONE: "success",
    ImportState.UNDONE: "neutral",
}
_TABS = (
    ("Orders", "imports:list", Action.IMPORT_ORDERS),
    ("Customers and leads", "contact-imports:list", Action.IMPORT_CUSTOMERS),
)


def import_tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The kinds of imports that the actor may see; `current` is the name of the page that is on."""
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for label, name, action in _TABS
        if actor.may(action)
    ]


def act(
    request: HttpRequest,
    import_id: UUID,
    service: Callable[..., Any],
    *,
    said: str,
    page: str,
) -> HttpResponse:
    """Let the service do it, say so (or why not), and go back to the page of the import."""
    try:
        service(actor=acting(request), import_id=import_id)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect(page, import_id)


def rights_over(one: FileImport) -> dict[str, bool]:
    """Which buttons the page of the import shows."""
    return {
        "may_cancel": one.state in (ImportState.WAITING, ImportState.RUNNING),
        "may_resume": one.state in STOPPED_STATES and not one.undo_done,
        "may_undo": one.state in (ImportState.DONE, *STOPPED_STATES),
    }
