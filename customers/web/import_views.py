"""Imports of people: the list, a new file, how it will be read, and how it fares."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from crm.errors import InvalidInput
from crm.models.file_import import OPEN_STATES, ImportPhase, ImportState
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.import_pages import TONES, import_tabs, progress_part, rights_over
from crm.web.lists import page_links
from customers.models import ContactImport
from customers.selectors.contact_imports import (
    first_problems,
    get_import,
    list_imports,
    overview_or_error,
)
from customers.services.contact_import.kinds import kind_of
from customers.services.contact_imports import desk, keep_file, may_start
from customers.web.import_forms import ReadingForm, UploadForm

FORMATS = {
    "google_2024": "Google Contacts",
    "google_old": "Google Contacts",
    "outlook_desktop": "Outlook",
    "outlook_com": "Outlook.com",
    "hubspot": "HubSpot",
    "salesforce": "Salesforce",
    "luma": "Luma",
    "vcard": "vCard",
    "plain": "Table",
}


@staff_page(Action.IMPORT_CUSTOMERS)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """All imports, newest first."""
    actor = acting(request)
    page = list_imports(actor=actor, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": [(one, TONES[ImportState(one.state)], kind_of(one.kind)) for one in page.rows],
        "tabs": import_tabs(actor, "contact-imports:list"),
        **page_links(request, page),
    }
    return render(request, "customers/imports/list.html", context)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; its bytes are kept before they are read."""
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, files=request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = keep_file(
                    actor=acting(request),
                    kind=form.cleaned_data["kind"],
                    file_name=file.name,
                    content=file.read(),
                )
            except InvalidInput as error:
                form.add_service_error(error)
            else:
                return redirect("contact-imports:import", kept.pk)
    status = 422 if form.errors else 200
    return render(request, "customers/imports/upload.html", {"form": form}, status=status)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_safe
def show(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """A kept file and how it would be read, or how its import fares."""
    one = get_import(actor=acting(request), import_id=import_id)
    if one.state == ImportState.NEW:
        return reading_page(request, one)
    return render(request, "customers/imports/import.html", fares(request, one))


@staff_page(Action.IMPORT_CUSTOMERS)
@require_safe
def reading(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How the file is read, once more, after a rehearsal."""
    one = get_import(actor=acting(request), import_id=import_id)
    if not may_start(one):
        return redirect("contact-imports:import", import_id)
    return reading_page(request, one)


@staff_page(Action.IMPORT_CUSTOMERS)
@require_safe
def progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The part of the page that is asked for every second; the whole page when it is over."""
    one = get_import(actor=acting(request), import_id=import_id)
    return progress_part(
        request,
        one,
        template="customers/imports/progress.html",
        context=fares(request, one),
        page="contact-imports:import",
    )


def reading_page(
    request: HttpRequest, one: ContactImport, *, form: ReadingForm | None = None
) -> HttpResponse:
    """What was recognised, the first people, and the form that starts the import."""
    actor, kind = acting(request), kind_of(one.kind)
    overview, trouble = overview_or_error(actor=actor, one=one)
    if form is None and overview is not None:
        form = ReadingForm(actor=actor, one=one, kind=kind, overview=overview)
    context = {
        "one": one,
        "kind": kind,
        "overview": overview,
        "format": FORMATS.get(overview.file_format, "") if overview else "",
        "trouble": trouble,
        "form": form,
        "earlier": desk.imported_before(one, kind=one.kind, is_dry_run=False),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "customers/imports/reading.html", context, status=status)


def fares(request: HttpRequest, one: ContactImport) -> dict[str, Any]:
    """How far it is and what it found."""
    actor = acting(request)
    is_undoing = one.state == ImportState.UNDOING
    changes = one.changes.count() if is_undoing else 0
    rights = rights_over(one)
    return {
        "one": one,
        "kind": kind_of(one.kind),
        "tone": TONES[ImportState(one.state)],
        "is_open": one.state in OPEN_STATES,
        "is_undoing": is_undoing,
        "done": one.undo_done if is_undoing else one.rows_done,
        "total": changes if is_undoing else max(one.rows_total or 0, one.rows_done),
        "may_start": may_start(one),
        "nothing_new": one.state == ImportState.DONE and not (one.new_rows or one.updated_rows),
        "problems": first_problems(actor=actor, one=one),
        "kept": first_problems(actor=actor, one=one, phase=ImportPhase.UNDOING),
        **rights,
        "may_undo": rights["may_undo"] and not one.is_dry_run,
        "may_resume": rights["may_resume"] and not one.is_dry_run,
    }
