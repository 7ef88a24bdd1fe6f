"""The queue of pairs that may be one person: an admin decides one after the other."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from crm.errors import CrmError, NotFound
from crm.roles import Action
from customers.admin.compare import compare_candidate
from customers.admin.pages import PageAdmin, id_in
from customers.admin.pair_rows import pair_rows
from customers.admin.queue_filters import QueueForm
from customers.admin.refusals import refusal_of
from customers.admin.scanning import ScanPages
from customers.models import DuplicateCandidate, MatchDecision, Merge
from customers.models.duplicate import Verdict
from customers.models.merge import MergeState
from customers.selectors.duplicates import MOST_COUNTED, candidate_queue, count_candidates
from customers.selectors.duplicates import candidate as candidate_of
from customers.services.match_decisions import decide, postpone

LATER = "later"
KEPT_IN_ADDRESS = ("state", "confidence", "relation", "profiles", "cursor")


@admin.register(DuplicateCandidate)
class DuplicateCandidateAdmin(ScanPages, PageAdmin):
    """The queue, surest first."""

    action = Action.REVIEW_DUPLICATES

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One page of the queue, with what the scan is doing."""
        actor, form = self.actor(request), QueueForm(request.GET)
        filters = form.filters()
        page = candidate_queue(actor=actor, filters=filters, cursor=request.GET.get("cursor", ""))
        total = count_candidates(actor=actor, filters=filters)
        return self.page(
            request,
            "customers/admin/queue.html",
            title="Duplicates",
            rows=pair_rows(page.rows, region=actor.company.default_region),
            total=f"{MOST_COUNTED - 1:,}+" if total >= MOST_COUNTED else f"{total:,}",
            form=form,
            query=request.GET.urlencode(),
            is_narrowed=bool(form.changed_data),
            is_first_page=not request.GET.get("cursor"),
            decided=_just_decided(request),
            merged=_just_merged(request),
            **self.pages_around(request, page),
            **self.scan_context(request),
        )

    def record_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Both records of a pair side by side."""
        pair = candidate_of(actor=self.actor(request), candidate_id=id_in(object_id))
        return compare_candidate(self, request, pair)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide_one))
        own = [path("<uuid:pk>/decide/", view, name="customers_duplicatecandidate_decide")]
        return own + self.scan_urls() + super().get_urls()

    def decide_one(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A button of a pair; the queue comes back with the next one in focus."""
        actor = self.actor(request)
        found = DuplicateCandidate.objects.filter(pk=pk).first()
        if found is None:
            raise NotFound
        verdict = request.POST.get("verdict", "")
        decision = None
        try:
            if verdict == LATER:
                postpone(actor=actor, candidate_id=pk)
                messages.info(request, "Put aside. It waits under “Later”.")
            else:
                decision = decide(
                    actor=actor,
                    left_id=found.left_id,
                    right_id=found.right_id,
                    verdict=verdict,  # type: ignore[arg-type]  # the service checks the word
                )
        except CrmError as error:
            told = refusal_of(error)
            messages.error(request, f"{told.message} {told.advice}".strip())
        return HttpResponseRedirect(_queue_after(request, decision))


def _queue_after(request: HttpRequest, decision: MatchDecision | None) -> str:
    """The same part of the queue, with the next pair in focus and the decision to take back."""
    before = QueryDict(request.POST.get("query", ""))
    kept = {name: before[name] for name in KEPT_IN_ADDRESS if before.get(name)}
    if decision is not None:
        kept["decided"] = str(decision.pk)
    url = reverse("admin:customers_duplicatecandidate_changelist")
    next_id = request.POST.get("next", "")
    mark = f"#pair-{id_in(next_id)}" if next_id else ""
    return f"{url}?{urlencode(kept)}{mark}" if kept else f"{url}{mark}"


def _just_decided(request: HttpRequest) -> MatchDecision | None:
    """The decision that led here, while it stands."""
    given = request.GET.get("decided")
    if not given:
        return None
    rows = MatchDecision.objects.select_related("left", "right")
    return rows.filter(
        pk=id_in(given), verdict__in=(Verdict.NOT_DUPLICATE, Verdict.HOUSEHOLD)
    ).first()


def _just_merged(request: HttpRequest) -> Merge | None:
    """The merge that led here, while it stands."""
    given = request.GET.get("merged")
    if not given:
        return None
    rows = Merge.objects.select_related("survivor")
    return rows.filter(pk=id_in(given), state=MergeState.DONE).first()
