"""What people do with an import: start, stop, go on, undo, take its problems along."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from crm.errors import Conflict, InvalidInput
from crm.exports.columns import Column
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.import_pages import act, problem_file
from scoring.models import ImportPhase, ImportState
from scoring.selectors.order_imports import each_problem, get_import, overview_or_error
from scoring.services.order_imports import (
    cancel_import,
    resume_import,
    start_import,
    undo_import,
)
from scoring.web.import_forms import OptionsForm
from scoring.web.import_views import preview

PAGE = "imports:import"
PROBLEM_COLUMNS = (
    Column("Step", lambda problem: ImportPhase(problem.phase).label),
    Column("Row", lambda problem: problem.row),
    Column("Column", lambda problem: problem.column),
    Column("What", lambda problem: problem.message),
)


@staff_page(Action.IMPORT_ORDERS)
@require_POST
def start(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Hand the file to a worker, read as the form says."""
    actor = acting(request)
    order_import = get_import(actor=actor, import_id=import_id)
    if order_import.state != ImportState.NEW:
        return redirect(PAGE, import_id)
    chosen = request.POST.get("layout", "")
    overview, _ = overview_or_error(actor=actor, order_import=order_import, layout=chosen)
    form = OptionsForm(request.POST, company=actor.company, overview=overview)
    if not form.is_valid():
        return preview(request, order_import, form=form)
    try:
        start_import(
            actor=actor,
            import_id=import_id,
            options=form.options(),
            layout=form.cleaned_data["layout"],
            again=form.cleaned_data["again"],
        )
    except (InvalidInput, Conflict) as error:
        if isinstance(error, Conflict) and error.code == "already_imported":
            form.add_error("again", "This file was imported before. Tick this if you mean it.")
        else:
            form.add_service_error(error)
        return preview(request, order_import, form=form)
    return redirect(PAGE, import_id)


@staff_page(Action.IMPORT_ORDERS)
@require_POST
def cancel(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Stop after the present batch."""
    said = "The import stops. What is imported stays."
    return act(request, import_id, cancel_import, said=said, page=PAGE)


@staff_page(Action.IMPORT_ORDERS)
@require_POST
def resume(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Go on after the last row."""
    said = "The import goes on."
    return act(request, import_id, resume_import, said=said, page=PAGE)


@staff_page(Action.IMPORT_ORDERS)
@require_POST
def undo(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Take back what it did."""
    said = "The import is being undone."
    return act(request, import_id, undo_import, said=said, page=PAGE)


@staff_page(Action.IMPORT_ORDERS)
@require_safe
def problems(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """All rows that were left out, and what an undo kept, as CSV."""
    actor = acting(request)
    order_import = get_import(actor=actor, import_id=import_id)
    each = partial(each_problem, actor=actor, order_import=order_import)
    return problem_file(actor, order_import, PROBLEM_COLUMNS, each)
