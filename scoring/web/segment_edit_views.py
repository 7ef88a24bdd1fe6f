"""Making and changing a segment: its name, and its rules as rows; it works without script."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput, Unavailable
from crm.models import Branch
from crm.roles import Action
from crm.web.access import acting, staff_page
from crm.web.forms import showable
from scoring.models import Segment
from scoring.segments.rules import as_json, rules_from_text
from scoring.selectors.segments import Preview, get_segment, preview_rules
from scoring.services.segments import create_segment, edit_segment
from scoring.web.rule_operators import field_choices
from scoring.web.rule_rows import (
    MOST_ROWS,
    Row,
    new_row,
    rows_of_rules,
    rows_sent,
    rules_of_rows,
    with_error,
)
from scoring.web.segment_forms import RuleTextForm, SegmentForm


@dataclass
class Draft:
    """The form on its way: rows, or a text where rows cannot hold the rules."""

    form: SegmentForm
    rows: Sequence[Row]
    text: RuleTextForm | None
    error: str = ""
    preview: Preview | None = None

    @property
    def every(self) -> bool:
        """Whether all conditions must hold."""
        return self.form["match"].value() != "any"

    def rules(self) -> Any:
        """The rules as the service takes them. Raises InvalidInput at `rules` for a bad text."""
        if self.text is not None:
            return as_json(rules_from_text(str(self.text["rules"].value() or "")))
        return rules_of_rows(self.rows, every=self.every)


@staff_page(Action.MANAGE_SEGMENTS)
def new_segment(request: HttpRequest) -> HttpResponse:
    """A new segment."""
    if request.method == "POST":
        return _answer(request, None)
    return _page(request, None, Draft(SegmentForm(), [], None))


@staff_page(Action.MANAGE_SEGMENTS)
def change_segment(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a segment."""
    segment = get_segment(actor=acting(request), slug=slug)
    if request.method == "POST":
        return _answer(request, segment)
    rows = rows_of_rules(segment.rules)
    every = segment.rules is None or "all" in segment.rules
    form = SegmentForm(
        initial={
            "name": segment.name,
            "description": segment.description,
            "colour": segment.colour,
            "match": "all" if every else "any",
        }
    )
    text = None
    if rows is None:
        text = RuleTextForm(initial={"rules": json.dumps(segment.rules, indent=2)})
    return _page(request, segment, Draft(form, rows or [], text))


def _answer(request: HttpRequest, segment: Segment | None) -> HttpResponse:
    actor, sent = acting(request), request.POST
    text = RuleTextForm(sent) if "rules" in sent else None
    draft = Draft(SegmentForm(sent), rows_sent(sent), text)
    do = sent.get("do", "save")
    if do == "add":
        _add_row(draft, (showable(sent) or {}).get("add_field", ""))
    elif do.startswith("remove-"):
        kept = [row for row in draft.rows if f"remove-{row.number}" != do]
        draft.rows = [replace(row, number=number) for number, row in enumerate(kept)]
    elif do == "preview":
        _look(actor, draft)
    else:
        saved = _save(actor, segment, draft)
        if saved is not None:
            messages.success(request, f"“{saved.name}” is saved. Its members follow in a moment.")
            return redirect("scoring:segment", saved.slug)
        return _page(request, segment, draft, status=422)
    # The names may still be missing: they are asked for when the segment is saved.
    draft.form = SegmentForm(initial={name: sent.get(name, "") for name in SegmentForm.base_fields})
    if text is not None:
        draft.text = RuleTextForm(initial={"rules": sent.get("rules", "")})
    return _page(request, segment, draft, status=422 if draft.error else 200)


def _add_row(draft: Draft, name: str) -> None:
    if len(draft.rows) >= MOST_ROWS:
        draft.error = f"A form holds at most {MOST_ROWS} conditions."
        return
    try:
        draft.rows = [*draft.rows, new_row(len(draft.rows), name)]
    except InvalidInput as error:
        draft.error = error.fields["rules"]


def _look(actor: Actor, draft: Draft) -> None:
    try:
        rules = draft.rules()
        if rules is None:
            draft.error = "Add a condition first: without one, people are added by hand."
        else:
            draft.preview = preview_rules(actor=actor, rules=rules)
    except Unavailable as error:
        draft.error = error.message
    except InvalidInput as error:
        _place(draft, error)


def _save(actor: Actor, segment: Segment | None, draft: Draft) -> Segment | None:
    if not draft.form.is_valid():
        return None
    given = {name: draft.form.cleaned_data[name] for name in ("name", "description", "colour")}
    try:
        given["rules"] = draft.rules()
        if segment is None:
            return create_segment(actor=actor, **given)
        return edit_segment(actor=actor, segment_id=segment.pk, changes=given)
    except (InvalidInput, Conflict) as error:
        _place(draft, error)
    return None


def _place(draft: Draft, error: InvalidInput | Conflict) -> None:
    """Each message at what it is about."""
    fields = dict(error.fields)
    about_rules = fields.pop("rules", "")
    if about_rules:
        draft.rows, draft.error = with_error(draft.rows, about_rules)
    if fields and draft.form.is_bound:
        draft.form.add_service_error(type(error)(error.message, fields=fields))
    elif not about_rules:
        draft.error = error.message


def _page(
    request: HttpRequest, segment: Segment | None, draft: Draft, status: int = 200
) -> HttpResponse:
    back = reverse("scoring:segment", args=[segment.slug]) if segment else ""
    context = {
        "segment": segment,
        "draft": draft,
        "form": draft.form,
        "field_groups": field_choices(),
        "branches": list(Branch.objects.order_by("name")),
        "cancel_url": back or reverse("scoring:segments"),
    }
    return render(request, "scoring/segments/edit.html", context, status=status)
