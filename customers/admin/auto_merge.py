"""Merging by machine: whether it is on, why it may not be, what it would do and what it did."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from crm.errors import CrmError, NotFound
from crm.paging import Ordering, paginate
from crm.roles import Action
from customers.admin.pages import PageAdmin, id_in
from customers.models import AutoMergeItem, AutoMergeRule, AutoMergeRun
from customers.models.auto_merge import OPEN_RUNS, AutoMergeOutcome, AutoMergeState
from customers.selectors.auto_merge_precision import (
    LEAST_PRECISION,
    LEAST_REVIEWS,
    auto_merge_standing,
)
from customers.services.auto_merge import (
    LEAST_BITS,
    MOST_BITS,
    ask_run,
    cancel_run,
    resume_run,
    switch_off,
    switch_on,
)

LAST_RUNS = 10
ITEMS = Ordering("as_done", "bits", descending=True)


class AutoMergePages(PageAdmin):
    """Buttons that a service answers; a refusal stands on top of the page."""

    action = Action.MANAGE_AUTO_MERGE

    def post(self, view: Any) -> Any:
        """A view of this admin that only takes forms."""
        return self.admin_site.admin_view(require_POST(view))

    def told(self, request: HttpRequest, error: CrmError) -> None:
        """Say what was wrong."""
        if error.status in (403, 404):
            raise error
        messages.error(request, next(iter(error.fields.values()), error.message))


@admin.register(AutoMergeRule)
class AutoMergeRuleAdmin(AutoMergePages):
    """The switch of the company, on one page with the last runs."""

    ordering = ("pk",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The rule, what the reviews say, and the last runs."""
        actor = self.actor(request)
        actor.require(self.action)
        standing = auto_merge_standing(actor=actor)
        runs = list(AutoMergeRun.objects.order_by("-created_at", "-id")[:LAST_RUNS])
        return self.page(
            request,
            "customers/admin/auto_merge.html",
            title="Automatic merging",
            standing=standing,
            share_reviewed=f"{standing.reviews.share:.2%}",
            share_merged=f"{standing.merges.share:.2%}",
            least_reviews=LEAST_REVIEWS,
            least_precision=LEAST_PRECISION * 100,
            least_bits=LEAST_BITS,
            most_bits=MOST_BITS,
            runs=runs,
            is_at_work=any(run.state in OPEN_RUNS for run in runs),
        )

    def record_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A company has one rule: the same page."""
        return self.changelist_view(request)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("switch/", self.post(self.switch), name="customers_automergerule_switch"),
            path("run/", self.post(self.run), name="customers_automergerule_run"),
        ]
        return own + super().get_urls()

    def switch(self, request: HttpRequest) -> HttpResponse:
        """On at the score of the form, or off."""
        actor = self.actor(request)
        try:
            if "on" in request.POST:
                switch_on(actor=actor, from_bits=_bits(request))
                messages.success(request, "Sure pairs merge by themselves from the next night on.")
            else:
                switch_off(actor=actor, reason="Switched off by hand")
                messages.success(request, "Switched off. All pairs are left to people.")
        except CrmError as error:
            self.told(request, error)
        return HttpResponseRedirect(reverse("admin:customers_automergerule_changelist"))

    def run(self, request: HttpRequest) -> HttpResponse:
        """Try what it would do, or with `merge` do it now."""
        try:
            run = ask_run(
                actor=self.actor(request),
                is_dry="merge" not in request.POST,
                from_bits=_bits(request),
            )
        except CrmError as error:
            self.told(request, error)
            return HttpResponseRedirect(reverse("admin:customers_automergerule_changelist"))
        return HttpResponseRedirect(reverse("admin:customers_automergerun_change", args=[run.pk]))


@admin.register(AutoMergeRun)
class AutoMergeRunAdmin(AutoMergePages):
    """What one run did, or would do, pair by pair."""

    list_display = ("created_at", "is_dry", "state", "from_bits", "merged", "skipped", "started_by")
    list_filter = ("is_dry", "state")
    ordering = ("-created_at", "-id")

    def record_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The run with its pairs, the surest first."""
        self.actor(request).require(self.action)
        run = AutoMergeRun.objects.filter(pk=id_in(object_id)).first()
        if run is None:
            raise NotFound
        show = request.GET.get("show", "")
        items = AutoMergeItem.objects.filter(run=run).select_related("left", "right")
        if show in AutoMergeOutcome.values:
            items = items.filter(outcome=show)
        page = paginate(items, ordering=ITEMS, cursor=request.GET.get("cursor", ""))
        return self.page(
            request,
            "customers/admin/auto_merge_run.html",
            title="Dry run" if run.is_dry else "Automatic merges",
            run=run,
            rows=page.rows,
            show=show,
            is_open=run.state in OPEN_RUNS,
            may_resume=run.state in (AutoMergeState.CANCELLED, AutoMergeState.FAILED),
            **self.pages_around(request, page),
        )

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<uuid:pk>/cancel/", self.post(self.cancel), name="customers_automergerun_cancel"),
            path("<uuid:pk>/resume/", self.post(self.resume), name="customers_automergerun_resume"),
        ]
        return own + super().get_urls()

    def cancel(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Stop after the present pair."""
        return self._steer(request, pk, cancel_run, "It stops after the present pair.")

    def resume(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Go on where it stopped."""
        return self._steer(request, pk, resume_run, "It goes on.")

    def _steer(self, request: HttpRequest, pk: UUID, steer: Any, said: str) -> HttpResponse:
        try:
            steer(actor=self.actor(request), run_id=pk)
        except CrmError as error:
            self.told(request, error)
        else:
            messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:customers_automergerun_change", args=[pk]))


@admin.register(AutoMergeItem)
class AutoMergeItemAdmin(AutoMergePages):
    """Every pair of every run."""

    list_display = ("id", "run", "left", "right", "bits", "outcome", "reason")
    list_select_related = ("run", "left", "right")
    list_filter = ("outcome",)


def _bits(request: HttpRequest) -> float:
    """The score of the form; what is no number is refused by the service as out of range."""
    try:
        return float(request.POST.get("from_bits", "") or LEAST_BITS)
    except ValueError:
        return 0.0
