"""The compare page: records side by side, what a merge would do, and the merge itself."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from crm.actors import Actor
from crm.errors import CrmError
from customers.admin.compare_answers import Answers, read_answers
from customers.admin.compare_table import draw_table
from customers.admin.pages import PageAdmin, id_in
from customers.admin.pair_rows import percent
from customers.admin.refusals import Refusal, refusal_of
from customers.admin.waterfall import draw_waterfall
from customers.models import DuplicateCandidate
from customers.selectors.alike_pairs import AlikePair
from customers.selectors.duplicates import candidate as candidate_of
from customers.selectors.merge_preview import MergePreview, preview_merge
from customers.services.merge import merge_customers

CHOICE_CODES = ("invalid", "unsolved")  # a choice that is on no list, or is no longer


def compare_candidate(admin: PageAdmin, request: HttpRequest, pair: AlikePair) -> HttpResponse:
    """The two records of a pair of the queue, with the evidence about them."""
    answers = Answers(customer_ids=[pair.candidate.left_id, pair.candidate.right_id])
    return compare(admin, request, answers, pair=pair)


def compare(
    admin: PageAdmin,
    request: HttpRequest,
    answers: Answers,
    *,
    pair: AlikePair | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The page with what was chosen so far; a refusal stands on top and says what to do."""
    actor = admin.actor(request)
    context: dict[str, Any] = {"answers": answers, "refusal": refusal, "back_url": _back(pair)}
    if pair is not None:
        context |= {
            "candidate": pair.candidate,
            "waterfall": draw_waterfall(pair.evidence),
            "sure": percent(pair.probability),
        }
    try:
        preview = _preview(actor, answers)
    except CrmError as error:
        if error.status in (403, 404):
            raise
        told = refusal or refusal_of(error)
        return admin.page(
            request,
            "customers/admin/compare_refused.html",
            title="Compare and merge",
            status=told.status,
            **{**context, "refusal": told},
        )
    return admin.page(
        request,
        "customers/admin/compare.html",
        title="Compare and merge",
        status=refusal.status if refusal else 200,
        preview=preview,
        table=draw_table(preview, region=actor.company.default_region),
        **context,
    )


def _preview(actor: Actor, answers: Answers) -> MergePreview:
    """What was chosen so far; where that does not fit (any more), the defaults."""
    try:
        return preview_merge(
            actor=actor,
            customer_ids=answers.customer_ids,
            survivor_id=answers.survivor_id,
            choices=answers.choices,
            solutions=answers.solutions,
        )
    except CrmError as error:
        if error.code not in CHOICE_CODES:
            raise
    return preview_merge(actor=actor, customer_ids=answers.customer_ids)


def merge_compared(admin: PageAdmin, request: HttpRequest) -> HttpResponse:
    """The form was sent: merge, or show the page anew with another choice or the refusal."""
    actor, answers = admin.actor(request), read_answers(request.POST)
    pair = _pair(admin, request)
    if "merge" not in request.POST:
        return compare(admin, request, answers, pair=pair)
    survivor_id = answers.survivor_id or next(iter(answers.customer_ids), None)
    if survivor_id is None:
        return compare(admin, request, answers, pair=pair)
    try:
        merge = merge_customers(
            actor=actor,
            survivor_id=survivor_id,
            others=[pk for pk in answers.customer_ids if pk != survivor_id],
            versions=answers.versions,
            choices=answers.choices,
            solutions=answers.solutions,
            reason=answers.reason,
        )
    except CrmError as error:
        if error.status in (403, 404):
            raise
        # Versions are those of the page that is shown now.
        return compare(
            admin, request, replace(answers, versions={}), pair=pair, refusal=refusal_of(error)
        )
    if pair is not None:  # from the queue back into it, which names the merge and its undoing
        return HttpResponseRedirect(f"{_back(pair)}?merged={merge.pk}")
    messages.success(request, "Merged. It can be undone at any time.")
    return HttpResponseRedirect(reverse("admin:customers_merge_change", args=[merge.pk]))


def _back(pair: AlikePair | None) -> str:
    if pair is None:
        return reverse("admin:customers_customer_changelist")
    return reverse("admin:customers_duplicatecandidate_changelist")


def _pair(admin: PageAdmin, request: HttpRequest) -> AlikePair | None:
    given = request.POST.get("candidate")
    if not given:
        return None
    wanted = id_in(given)
    if not DuplicateCandidate.objects.filter(pk=wanted).exists():
        return None  # a scan found the two no longer alike while the page was open
    return candidate_of(actor=admin.actor(request), candidate_id=wanted)
