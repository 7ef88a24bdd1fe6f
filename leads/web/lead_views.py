"""One lead: what they want, whose it is, what happened, and what to do next."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.errors import Conflict, InvalidInput, StaleVersion
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import PageForm
from leads.models import Lead
from leads.selectors.detail import get_lead, lead_history
from leads.services.assignment import assign_lead, may_take
from leads.services.edit import edit_lead
from leads.services.status import change_status
from leads.web.conflict import bound_again, rows_of
from leads.web.forms import DETAILS, AssignForm, EditLeadForm, StatusForm


@staff_page(Action.VIEW_LEAD)
@require_safe
def lead(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """The lead page."""
    return lead_page(request, get_lead(actor=acting(request), lead_id=lead_id))


@staff_page(Action.WORK_LEAD)
@require_POST
def status(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Move the lead on."""
    actor = acting(request)
    found = get_lead(actor=actor, lead_id=lead_id)
    form = StatusForm(request.POST, lead=found)
    if not form.is_valid():
        return lead_page(request, found, status_form=form)
    try:
        changed = change_status(actor=actor, lead_id=lead_id, **form.cleaned_data)
    except StaleVersion as error:
        saved = get_lead(actor=actor, lead_id=lead_id)
        again = StatusForm(bound_again(form, error), lead=saved)
        return lead_page(request, saved, status_form=again, clash=rows_of(form, error))
    except (InvalidInput, Conflict) as error:
        form.add_service_error(error)
        return lead_page(request, found, status_form=form)
    said = f"The lead is {changed.get_status_display().lower()}."
    if found.follow_up_at and changed.is_open and changed.follow_up_at is None:
        said += " It has no follow-up now."
    messages.success(request, said)
    return redirect("leads:lead", lead_id)


@staff_page(Action.VIEW_LEAD)
@require_POST
def assign(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Give the lead to somebody."""
    actor = acting(request)
    found = get_lead(actor=actor, lead_id=lead_id)
    form = AssignForm(request.POST, lead=found)
    if not form.is_valid():
        return lead_page(request, found, assign_form=form)
    try:
        given = assign_lead(actor=actor, lead_id=lead_id, owner_id=form.cleaned_data["owner"])
    except (InvalidInput, Conflict) as error:
        form.add_service_error(error)
        return lead_page(request, found, assign_form=form)
    name = given.owner.display_name if given.owner else "nobody"
    messages.success(request, f"The lead is now with {name}.")
    return redirect("leads:lead", lead_id)


@staff_page(Action.WORK_LEAD)
@require_POST
def take(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Take a lead that nobody owns; until now the actor may not even have seen its page."""
    actor = acting(request)
    assert actor.staff is not None  # the gate lets in staff only
    try:
        assign_lead(actor=actor, lead_id=lead_id, owner_id=actor.staff.pk)
    except (InvalidInput, Conflict) as error:
        messages.error(request, error.message)
        return redirect("leads:list")
    messages.success(request, "The lead is now yours.")
    return redirect("leads:lead", lead_id)


@staff_page(Action.WORK_LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, lead_id: UUID) -> HttpResponse:
    """Correct the details."""
    actor = acting(request)
    found = get_lead(actor=actor, lead_id=lead_id)
    if request.method != "POST":
        return _edit_page(request, found, EditLeadForm(lead=found))
    form = EditLeadForm(request.POST, lead=found)
    if not form.is_valid():
        return _edit_page(request, found, form)
    typed = form.cleaned_data
    changes = {name: typed[name] for name in ("full_name", *DETAILS) if name in form.changed_data}
    if "source" in form.changed_data:
        changes["source_id"] = typed["source"]
    try:
        edit_lead(actor=actor, lead_id=lead_id, version=typed["version"], changes=changes)
    except StaleVersion as error:
        again = EditLeadForm(bound_again(form, error), lead=found)
        return _edit_page(request, found, again, clash=rows_of(form, error))
    except (InvalidInput, Conflict) as error:
        form.add_service_error(error)
        return _edit_page(request, found, form)
    messages.success(request, "The lead is saved.")
    return redirect("leads:lead", lead_id)


def lead_page(
    request: HttpRequest,
    found: Lead,
    *,
    status_form: StatusForm | None = None,
    assign_form: AssignForm | None = None,
    clash: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page with whichever form came back."""
    actor = acting(request)
    where = {"branch_id": found.branch_id, "owner_id": found.owner_id}
    wrong: list[PageForm] = [form for form in (status_form, assign_form) if form and form.errors]
    context = {
        "lead": found,
        "history": lead_history(actor=actor, lead_id=found.pk),
        "clash": clash,
        "may_work": actor.may_on(Action.WORK_LEAD, **where),
        "may_assign": actor.may_on(Action.ASSIGN_LEAD, **where),
        "may_take": found.owner_id is None and may_take(actor, found.branch_id),
    }
    if context["may_work"]:
        context["status_form"] = status_form or StatusForm(lead=found)
    if context["may_assign"]:
        context["assign_form"] = assign_form or AssignForm(lead=found)
    code = 409 if clash else 422 if wrong else 200
    return render(request, "leads/lead.html", context, status=code)


def _edit_page(
    request: HttpRequest, found: Lead, form: EditLeadForm, *, clash: dict[str, Any] | None = None
) -> HttpResponse:
    code = 409 if clash else 422 if form.errors else 200
    context = {"lead": found, "form": form, "clash": clash}
    return render(request, "leads/edit.html", context, status=code)
