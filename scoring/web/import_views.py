"""Imports of orders: the list, a new file, and how one fares."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from crm.errors import InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.import_pages import TONES, import_tabs, progress_part, rights_over
from crm.web.lists import page_links
from scoring.models import OPEN_STATES, ImportPhase, ImportState, OrderImport
from scoring.selectors.order_imports import (
    first_problems,
    get_import,
    list_imports,
    overview_or_error,
)
from scoring.services.order_imports import imported_before, keep_file
from scoring.web.import_forms import OptionsForm, UploadForm, both_readings


@staff_page(Action.IMPORT_ORDERS)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """All imports, newest first."""
    actor = acting(request)
    page = list_imports(actor=actor, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": [(one, TONES[ImportState(one.state)]) for one in page.rows],
        "tabs": import_tabs(actor, "imports:list"),
        **page_links(request, page),
    }
    return render(request, "scoring/imports/list.html", context)


@staff_page(Action.IMPORT_ORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; its bytes are kept before they are read."""
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, files=request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = keep_file(actor=acting(request), file_name=file.name, content=file.read())
            except InvalidInput as error:
                form.add_service_error(error)
            else:
                return redirect("imports:import", kept.pk)
    status = 422 if form.errors else 200
    return render(request, "scoring/imports/upload.html", {"form": form}, status=status)


@staff_page(Action.IMPORT_ORDERS)
@require_safe
def show(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """A kept file and the questions it leaves open, or how its import fares."""
    order_import = get_import(actor=acting(request), import_id=import_id)
    if order_import.state == ImportState.NEW:
        return preview(request, order_import)
    return render(request, "scoring/imports/import.html", _fares(request, order_import))


@staff_page(Action.IMPORT_ORDERS)
@require_safe
def progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The part of the page that is asked for every second; the whole page when it is over."""
    order_import = get_import(actor=acting(request), import_id=import_id)
    return progress_part(
        request,
        order_import,
        template="scoring/imports/progress.html",
        context=_fares(request, order_import),
        page="imports:import",
    )


def preview(
    request: HttpRequest, order_import: OrderImport, *, form: OptionsForm | None = None
) -> HttpResponse:
    """The first rows of a kept file, and the form that starts its import."""
    actor = acting(request)
    chosen = form.data.get("layout", "") if form is not None else ""
    overview, trouble = overview_or_error(actor=actor, order_import=order_import, layout=chosen)
    if form is None and overview is not None:
        form = OptionsForm(company=actor.company, overview=overview)
    context = {
        "order_import": order_import,
        "overview": overview,
        "trouble": trouble,
        "form": form,
        "readings": both_readings(overview) if overview else [],
        "earlier": imported_before(order_import),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "scoring/imports/preview.html", context, status=status)


def _fares(request: HttpRequest, order_import: OrderImport) -> dict[str, Any]:
    actor = acting(request)
    is_undoing = order_import.state == ImportState.UNDOING
    changes = order_import.created_orders + order_import.updated_orders
    return {
        "order_import": order_import,
        "tone": TONES[ImportState(order_import.state)],
        "is_open": order_import.state in OPEN_STATES,
        "is_undoing": is_undoing,
        "done": order_import.undo_done if is_undoing else order_import.rows_done,
        "total": changes if is_undoing else order_import.rows_total,
        **rights_over(order_import),
        "problems": first_problems(actor=actor, order_import=order_import),
        "kept": first_problems(actor=actor, order_import=order_import, phase=ImportPhase.UNDOING),
    }
