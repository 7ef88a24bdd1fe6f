"""What was decided about pairs, who lives together: to read, and to take back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from crm.admin.base import ReadOnlyAdmin
from crm.errors import CrmError
from crm.roles import Action
from customers.admin.customers import ReadOnlyInline
from customers.models import Household, HouseholdMember, MatchDecision
from customers.services.match_decisions import take_back

TAKEN_BACK_AT_ONCE = "Taken back right after deciding"


class ReviewAdmin(ReadOnlyAdmin):
    """For those who decide about duplicates."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.REVIEW_DUPLICATES)


@admin.register(MatchDecision)
class MatchDecisionAdmin(ReviewAdmin):
    """Verdicts; they bind the machine until they are taken back."""

    list_display = ("decided_at", "left", "right", "verdict", "decided_by", "reason")
    list_select_related = ("left", "right")
    list_filter = ("verdict",)
    ordering = ("-decided_at", "-id")
    change_form_outer_after_template = "customers/admin/decision_actions.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.take_back_one))
        own = [path("<uuid:pk>/take-back/", view, name="customers_matchdecision_take_back")]
        return own + super().get_urls()

    def take_back_one(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The button of the decision's page, with a reason, and that of the queue, without."""
        from_queue = "query" in request.POST
        reason = TAKEN_BACK_AT_ONCE if from_queue else request.POST.get("reason", "")
        try:
            take_back(actor=self.actor(request), decision_id=pk, reason=reason)
        except CrmError as error:
            if error.status == 404:
                raise
            messages.error(request, error.fields.get("reason", error.message))
            back = reverse("admin:customers_matchdecision_change", args=[pk])
        else:
            messages.success(request, "Taken back. The pair is to be decided again.")
            back = _queue_again(request) if from_queue else self._list()
        return HttpResponseRedirect(back)

    def _list(self) -> str:
        return reverse("admin:customers_matchdecision_changelist")


def _queue_again(request: HttpRequest) -> str:
    before: Any = QueryDict(request.POST.get("query", ""), mutable=True)
    before.pop("decided", None)
    url = reverse("admin:customers_duplicatecandidate_changelist")
    return f"{url}?{urlencode(before.dict())}" if before else url


class MemberInline(ReadOnlyInline):
    """Who is in a household."""

    model = HouseholdMember
    fields = ("customer", "since")


@admin.register(Household)
class HouseholdAdmin(ReviewAdmin):
    """People who live together."""

    list_display = ("id", "created_at")
    inlines = (MemberInline,)


@admin.register(HouseholdMember)
class HouseholdMemberAdmin(ReviewAdmin):
    """Who lives in which household."""

    list_display = ("customer", "household", "since")
    list_select_related = ("customer", "household")
