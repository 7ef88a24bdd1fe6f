"""What the pages of all imports share: how states look, actions with a word behind them, tabs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from crm.actors import Actor
from crm.errors import Conflict
from crm.exports.columns import Column
from crm.exports.csv_file import stream_csv
from crm.models.file_import import OPEN_STATES, STOPPED_STATES, FileImport, ImportState
from crm.roles import Action
from crm.tenancy import use_company
from crm.web.access import acting
from crm.web.downloads import Download

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
    ("Export everything", "exports:list", Action.EXPORT_EVERYTHING),
)


def import_tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The lists of files in and out that the actor may see, where there are several.

    `current` is the name of the page that is on.
    """
    tabs = [
        {"label": label, "url": reverse(name), "current": name == current}
        for label, name, action in _TABS
        if actor.may(action)
    ]
    return tabs if len(tabs) > 1 else []


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


def problem_file(
    actor: Actor,
    one: FileImport,
    columns: Sequence[Column],
    each: Callable[[], Iterator[Any]],
) -> Download:
    """What there is to look at, as CSV, read while it is sent: the view's transaction is over."""

    def rows() -> Iterator[Any]:
        with use_company(actor.company.pk):
            yield from each()

    parts = stream_csv(columns, rows(), zone=actor.company.zone)
    return Download(parts, file_name=f"import-problems-{one.pk}.csv")


def progress_part(
    request: HttpRequest, one: FileImport, *, template: str, context: Mapping[str, Any], page: str
) -> HttpResponse:
    """The part that is asked for every second; the whole page when it is over, or without htmx."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(page, one.pk)
    answer = render(request, template, dict(context))
    if one.state not in OPEN_STATES:
        answer.headers["HX-Refresh"] = "true"
    return answer


def rights_over(one: FileImport) -> dict[str, bool]:
    """Which buttons the page of the import shows."""
    return {
        "may_cancel": one.state in (ImportState.WAITING, ImportState.RUNNING),
        "may_resume": one.state in STOPPED_STATES and not one.undo_done,
        "may_undo": one.state in (ImportState.DONE, *STOPPED_STATES),
    }
