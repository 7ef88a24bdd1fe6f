"""Exports of everything: start one, watch it, take the file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from crm.actors import Actor
from crm.errors import Conflict
from crm.exports.datasets import datasets
from crm.models import ExportJob, ExportState
from crm.models.export_job import OPEN_EXPORTS
from crm.roles import Action
from crm.services.exports import (
    get_export,
    list_exports,
    open_export,
    start_export,
    stop_export,
)
from crm.web.access import acting, staff_page
from crm.web.downloads import Download, parts_of
from crm.web.import_pages import import_tabs
from crm.web.lists import page_links

TONES = {
    ExportState.WAITING: "info",
    ExportState.RUNNING: "progress",
    ExportState.CANCELLED: "warn",
    ExportState.FAILED: "danger",
    ExportState.DONE: "success",
    ExportState.EXPIRED: "neutral",
}


@staff_page(Action.EXPORT_EVERYTHING)
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """What was exported, and the button for a new export."""
    actor = acting(request)
    page = list_exports(actor=actor, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": [(job, TONES[ExportState(job.state)]) for job in page.rows],
        "kinds": datasets(),
        "tabs": import_tabs(actor, "exports:list"),
        **_newest(actor),
        **page_links(request, page),
    }
    return render(request, "crm/exports/list.html", context)


@staff_page(Action.EXPORT_EVERYTHING)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a new one."""
    try:
        start_export(actor=acting(request))
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("exports:list")


@staff_page(Action.EXPORT_EVERYTHING)
@require_safe
def progress(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The part of the page that is asked for every second; the whole page when it is over."""
    job = get_export(actor=acting(request), export_id=export_id)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("exports:list")
    answer = render(request, "crm/exports/progress.html", {"job": job})
    if job.state not in OPEN_EXPORTS:
        answer.headers["HX-Refresh"] = "true"
    return answer


@staff_page(Action.EXPORT_EVERYTHING)
@require_POST
def stop(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Make no file after all."""
    try:
        stop_export(actor=acting(request), export_id=export_id)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The export stops. Nothing of it is kept.")
    return redirect("exports:list")


@staff_page(Action.EXPORT_EVERYTHING)
@require_POST
def download(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file. Posted, so that no link or prefetching browser takes it by accident."""
    actor = acting(request)
    try:
        job, file = open_export(actor=actor, export_id=export_id)
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("exports:list")
    name = f"{actor.company.slug}-everything-{job.created_at:%Y-%m-%d}.zip"
    answer = Download(parts_of(file), file_name=name)
    answer.headers["Content-Length"] = str(job.file_bytes)
    return answer


def _newest(actor: Actor) -> dict[str, Any]:
    """The one that is being made, if there is one."""
    job = ExportJob.objects.filter(state__in=OPEN_EXPORTS).first()
    return {"job": job, "is_open": job is not None}
