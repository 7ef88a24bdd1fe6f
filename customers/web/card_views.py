"""The customer card: everything about one person at a glance, and the timeline below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from crm.actors import Actor
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import PageForm
from customers.selectors.card import MergedInto, get_card
from customers.selectors.panels import panels_of
from customers.selectors.timeline import TimelineEntry, read_cursor, timeline
from customers.services.viewing import record_view
from customers.web.action_forms import ConsentForm, DeleteForm, NoteForm, StageForm
from customers.web.profile_forms import LinkProfileForm
from customers.web.timeline_filters import KINDS, kinds_of

PAGE = 20


@dataclass(frozen=True)
class TimelinePart:
    """Some of the timeline, newest first; `older_than` continues it."""

    entries: list[TimelineEntry]
    older_than: str
    kind: str


@staff_page(Action.VIEW_CUSTOMER)
@require_safe
def card(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The card; that somebody looked is written down."""
    return card_page(request, customer_id, viewed=True)


def card_page(
    request: HttpRequest,
    customer_id: UUID,
    *,
    forms: Mapping[str, PageForm] | None = None,
    viewed: bool = False,
) -> HttpResponse:
    """The card with whichever small form came back."""
    actor, forms = acting(request), forms or {}
    try:
        found = get_card(actor=actor, customer_id=customer_id)
    except MergedInto as error:
        messages.info(request, "That card is now part of this one.")
        return redirect("customers:card", error.survivor_id)
    if viewed and request.method == "GET":
        record_view(actor=actor, customer=found.customer)
    context = {
        "card": found,
        "customer": found.customer,
        "panels": panels_of(actor=actor, customer_id=customer_id),
        "part": _part(request, actor, customer_id),
        "timeline_kinds": KINDS,
        "note_form": NoteForm(),
        "stage_form": StageForm(initial={"stage": found.customer.lifecycle_stage}),
        "consent_form": ConsentForm(),
        "delete_form": DeleteForm(),
        "link_profile_form": LinkProfileForm(),
        **_rights(actor),
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "customers/card.html", context, status=status)


@staff_page(Action.VIEW_CUSTOMER)
@require_safe
def timeline_page(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """More of the timeline: appended by htmx, else a page of its own."""
    actor = acting(request)
    try:
        found = get_card(actor=actor, customer_id=customer_id)
    except MergedInto as error:
        return redirect("customers:timeline", error.survivor_id)
    context = {
        "customer": found.customer,
        "part": _part(request, actor, customer_id),
        "timeline_kinds": KINDS,
    }
    return render(request, _timeline_template(request), context)


def _timeline_template(request: HttpRequest) -> str:
    htmx = request.htmx  # type: ignore[attr-defined]
    if not htmx or htmx.boosted:
        return "customers/timeline.html"
    # Another kind replaces the section, “Show older” its own line.
    is_section = htmx.target == "timeline"
    return f"customers/timeline_{'section' if is_section else 'part'}.html"


def _part(request: HttpRequest, actor: Actor, customer_id: UUID) -> TimelinePart:
    kind = request.GET.get("kind", "")
    entries = timeline(
        actor=actor,
        customer_id=customer_id,
        before=read_cursor(request.GET.get("before", "")),
        kinds=kinds_of(kind),
        limit=PAGE + 1,
    )
    shown = list(entries[:PAGE])
    older_than = shown[-1].cursor.text() if len(entries) > PAGE else ""
    return TimelinePart(entries=shown, older_than=older_than, kind=kind)


def _rights(actor: Actor) -> dict[str, bool]:
    return {
        "may_edit": actor.may(Action.EDIT_CUSTOMER),
        "may_note": actor.may(Action.ADD_NOTE),
        "may_change_stage": actor.may(Action.CHANGE_STAGE),
        "may_record_consent": actor.may(Action.RECORD_CONSENT),
        "may_delete": actor.may(Action.DELETE_CUSTOMER),
        "may_link_profiles": actor.may(Action.LINK_PROFILES),
        "may_export_person": actor.may(Action.EXPORT_PERSON),
        # Merging has its pages in the admin.
        "may_merge": actor.may(Action.MERGE_CUSTOMERS) and actor.may(Action.USE_ADMIN),
        "may_create_lead": actor.may(Action.CREATE_LEAD),
        "may_log_walk_in": actor.may(Action.LOG_WALK_IN),
    }
