"""Segments: the list, one segment with its members and history, and decisions by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from crm.errors import Conflict, InvalidInput
from crm.models import Branch
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.lists import page_links
from scoring.models import Membership, Segment
from scoring.selectors.segments import (
    MEMBERS,
    get_segment,
    list_segments,
    segment_history,
    segment_members,
)
from scoring.services.membership import add_member, evaluate_segment, keep_out, take_back
from scoring.services.segments import set_segment_active
from scoring.web.rule_sentences import Sentences, sentences_of
from scoring.web.segment_forms import DecisionForm, MemberListForm

DECISIONS = {"add": add_member, "keep_out": keep_out, "take_back": take_back}
SAID = {
    "add": "Added to “{name}”.",
    "keep_out": "Kept out of “{name}”.",
    "take_back": "The rules of “{name}” decide again.",
}


def sentences(segment: Segment) -> Sentences | None:
    """The rules of a segment in words."""
    branches = {branch.pk: branch.name for branch in Branch.objects.all()}
    return sentences_of(segment.rules, branches)


@staff_page(Action.FIND_CUSTOMERS)
@require_safe
def segments(request: HttpRequest) -> HttpResponse:
    """All segments with their sizes."""
    actor = acting(request)
    found = list_segments(actor=actor, with_inactive=actor.may(Action.MANAGE_SEGMENTS))
    context = {
        "segments": [one for one in found if one.is_active],
        "unused": [one for one in found if not one.is_active],
        "may_manage": actor.may(Action.MANAGE_SEGMENTS),
        "may_export": actor.may(Action.EXPORT),
    }
    return render(request, "scoring/segments/list.html", context)


@staff_page(Action.FIND_CUSTOMERS)
@require_safe
def segment(request: HttpRequest, slug: str) -> HttpResponse:
    """One segment: its rules, and its members, those kept out, or its history."""
    actor = acting(request)
    found = get_segment(actor=actor, slug=slug)
    form = MemberListForm(request.GET)
    if not form.is_valid():
        raise InvalidInput("This link is damaged. Open the segment again.")
    show, cursor = form.cleaned_data["show"], form.cleaned_data["cursor"]
    page: Any
    if show == "history":
        page = segment_history(actor=actor, segment=found, cursor=cursor)
    else:
        how = [Membership.KEPT_OUT] if show else MEMBERS
        page = segment_members(actor=actor, segment=found, how=how, cursor=cursor)
    path = reverse("scoring:segment", args=[slug])
    choices = MemberListForm.base_fields["show"].choices  # type: ignore[attr-defined]
    context = {
        "segment": found,
        "sentences": sentences(found),
        "show": show,
        "tabs": [
            {
                "label": label,
                "url": f"{path}?show={name}" if name else path,
                "current": name == show,
            }
            for name, label in choices
        ],
        "rows": page.rows,
        "may_manage": actor.may(Action.MANAGE_SEGMENTS),
        "may_export": actor.may(Action.EXPORT),
        **page_links(request, page),
    }
    return render(request, "scoring/segments/segment.html", context)


@staff_page(Action.MANAGE_SEGMENTS)
@require_POST
def evaluate(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the rules about everybody now."""
    actor = acting(request)
    found = get_segment(actor=actor, slug=slug)
    result = evaluate_segment(actor=actor, segment_id=found.pk)
    messages.success(request, f"Evaluated: {result.joined:,} joined, {result.left:,} left.")
    return redirect("scoring:segment", slug)


@staff_page(Action.MANAGE_SEGMENTS)
@require_POST
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a segment out of use, or into use again."""
    actor = acting(request)
    found = get_segment(actor=actor, slug=slug)
    set_segment_active(actor=actor, segment_id=found.pk, is_active=not found.is_active)
    said = "out of use; its history stays" if found.is_active else "in use again"
    messages.success(request, f"“{found.name}” is {said}.")
    return redirect("scoring:segment", slug)


@staff_page(Action.MANAGE_SEGMENTS)
@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a customer, keep them out, or let the rules decide again."""
    actor = acting(request)
    found = get_segment(actor=actor, slug=slug)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("This button is out of date. Open the page again.")
    customer_id, decision = form.cleaned_data["customer"], form.cleaned_data["decision"]
    try:
        DECISIONS[decision](actor=actor, segment_id=found.pk, customer_id=customer_id)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, SAID[decision].format(name=found.name))
    if form.cleaned_data["back"] == "card":
        return redirect(reverse("customers:card", args=[customer_id]) + "#engagement-title")
    return redirect("scoring:segment", slug)
