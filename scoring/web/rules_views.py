"""The scoring rules: those in force, their versions, a new draft, its effect, its activation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.roles import Action
from crm.web.access import acting, staff_page
from scoring.models import Band, RuleSet
from scoring.selectors.matching import moment_of
from scoring.selectors.rule_sets import get_rule_set, list_rule_sets
from scoring.services.rules import activate_rules, draft_rules, preview_rules
from scoring.web.report_tabs import report_tabs
from scoring.web.rule_words import frequency_spans, monetary_spans, recency_spans
from scoring.web.rules_forms import LIMITS, RulesForm

ALL_POINTS = (5, 4, 3, 2, 1)


@staff_page(Action.VIEW_REPORTS)
@require_safe
def rules_page(request: HttpRequest) -> HttpResponse:
    """The rules in force, in words, and all versions."""
    actor = acting(request)
    rules = moment_of(actor.company).rule_set
    context = {
        "tabs": report_tabs(request, actor),
        "versions": list_rule_sets(actor=actor),
        **_in_words(actor, rules),
    }
    return render(request, "scoring/rules/rules.html", context)


@staff_page(Action.MANAGE_SCORING)
def new_rules(request: HttpRequest) -> HttpResponse:
    """Draft a version; the one in force is what the form begins with."""
    actor = acting(request)
    base = moment_of(actor.company).rule_set
    form = RulesForm(request.POST, base=base) if request.method == "POST" else RulesForm(base=base)
    if form.is_bound and form.is_valid():
        try:
            draft = draft_rules(actor=actor, values=form.values())
        except InvalidInput as error:
            # A limit's message stands at its first input.
            form.add_service_error(error, names={name: f"{name}_5" for name in LIMITS})
        else:
            messages.success(request, f"Version {draft.version} is kept. It is not in force yet.")
            return redirect("scoring:rule-set", draft.pk)
    context = {"form": form, "cancel_url": reverse("scoring:rules")}
    return render(request, "scoring/rules/new.html", context, status=422 if form.errors else 200)


@staff_page(Action.VIEW_REPORTS)
@require_safe
def rule_set(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """One version in words."""
    actor = acting(request)
    found = get_rule_set(actor=actor, rule_set_id=rule_set_id)
    return render(request, "scoring/rules/rule_set.html", _in_words(actor, found))


@staff_page(Action.MANAGE_SCORING)
@require_safe
def preview(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """How many customers a version would move; a part of its page, or a page of its own."""
    actor = acting(request)
    found = get_rule_set(actor=actor, rule_set_id=rule_set_id)
    moves = preview_rules(actor=actor, rule_set_id=found.pk)
    context = {
        "rules": found,
        "preview": moves,
        "rows": [
            (before, [(after is before, moves.moves[before, after]) for after in Band])
            for before in Band
        ],
        "bands": list(Band),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    name = "preview_part" if htmx else "preview"
    return render(request, f"scoring/rules/{name}.html", context)


@staff_page(Action.MANAGE_SCORING)
@require_POST
def activate(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """Score everybody by this version from now on."""
    actor = acting(request)
    try:
        changed = activate_rules(actor=actor, rule_set_id=rule_set_id)
    except (Conflict, InvalidInput) as error:
        messages.error(request, error.message)
        return redirect("scoring:rule-set", rule_set_id)
    messages.success(request, f"The rules are in force. {changed:,} scores changed.")
    return redirect("scoring:rules")


def _in_words(actor: Actor, rules: RuleSet) -> dict[str, Any]:
    currency = actor.company.currency
    spans = (recency_spans(rules), frequency_spans(rules), monetary_spans(rules, currency))
    weights = (rules.weight_recency, rules.weight_frequency, rules.weight_monetary)
    return {
        "rules": rules,
        "point_rows": [(points, [span[points] for span in spans]) for points in ALL_POINTS],
        "lowest": sum(weights),
        "highest": 5 * sum(weights),
        "may_manage": actor.may(Action.MANAGE_SCORING),
    }
