"""What people do with an import of people: rehearse, start, stop, undo, take its problems along."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.exports.columns import Column
from crm.models.file_import import ImportPhase
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.import_pages import act, problem_file
from customers.models import ContactImport
from customers.selectors.contact_imports import each_problem, get_import, overview_or_error
from customers.services.contact_import.kinds import kind_of
from customers.services.contact_imports import (
    cancel_import,
    may_start,
    resume_import,
    start_import,
    undo_import,
)
from customers.web.import_forms import ReadingForm
from customers.web.import_views import reading_page

PAGE = "contact-imports:import"
PROBLEM_COLUMNS = (
    Column("Step", lambda problem: ImportPhase(problem.phase).label),
    Column("Row", lambda problem: problem.row),
    Column("Column", lambda problem: problem.column),
    Column("Kind", lambda problem: problem.sort.replace("_", " ")),
    Column("Entered", lambda problem: problem.was_entered if problem.row else None),
    Column("What to do", lambda problem: problem.message),
)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_POST
def start(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Hand the file to a worker, read as the form says: to rehearse it, or to bring it in."""
    actor = acting(request)
    one = get_import(actor=actor, import_id=import_id)
    if not may_start(one):
        return redirect(PAGE, import_id)
    overview, _ = overview_or_error(actor=actor, one=one)
    if overview is None:
        return redirect(PAGE, import_id)
    kind = kind_of(one.kind)
    form = ReadingForm(request.POST, actor=actor, one=one, kind=kind, overview=overview)
    if not form.is_valid():
        return reading_page(request, one, form=form)
    is_rehearsal = request.POST.get("do") != "import"
    try:
        start_import(actor=actor, import_id=import_id, options=form.options(), dry_run=is_rehearsal)
    except (InvalidInput, Conflict) as error:
        form.add_service_error(error)
        return reading_page(request, one, form=form)
    return redirect(PAGE, import_id)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_POST
def bring_in(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The import behind its rehearsal, read in the same way."""

    def service(*, actor: Actor, import_id: UUID) -> ContactImport:
        return start_import(actor=actor, import_id=import_id)

    return act(request, import_id, service, said="The import has begun.", page=PAGE)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_POST
def cancel(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Stop after the present batch."""
    said = "It stops. What is imported stays."
    return act(request, import_id, cancel_import, said=said, page=PAGE)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_POST
def resume(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Go on after the last row."""
    return act(request, import_id, resume_import, said="The import goes on.", page=PAGE)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_POST
def undo(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Take back what it did."""
    return act(request, import_id, undo_import, said="The import is being undone.", page=PAGE)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_safe
def problems(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """All rows to look at, and what an undo kept, as CSV."""
    actor = acting(request)
    one = get_import(actor=actor, import_id=import_id)
    return problem_file(actor, one, PROBLEM_COLUMNS, lambda: each_problem(actor=actor, one=one))
