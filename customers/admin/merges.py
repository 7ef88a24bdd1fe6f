"""Merges: what was merged by whom, the page that merges, and the way back."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from crm.errors import CrmError
from crm.identifiers.text import clean_text
from crm.roles import Action
from customers.admin.compare import compare, merge_compared
from customers.admin.compare_answers import LONGEST_REASON, read_answers
from customers.admin.merge_filters import MergeForm
from customers.admin.pages import PageAdmin, id_in
from customers.admin.pick_page import pick_other
from customers.admin.refusals import Refusal, refusal_of
from customers.models import Merge
from customers.selectors.merge_history import merge_detail, merge_list
from customers.selectors.undo_preview import preview_undo
from customers.services.undo_merge import undo_merge

GOES_TO = "goes."


@admin.register(Merge)
class MergeAdmin(PageAdmin):
    """The history, newest first; “add” compares and merges."""

    action = Action.MERGE_CUSTOMERS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.action)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One page of the history."""
        form = MergeForm(request.GET)
        page = merge_list(
            actor=self.actor(request),
            filters=form.filters(),
            cursor=request.GET.get("cursor", ""),
        )
        return self.page(
            request,
            "customers/admin/merges.html",
            title="Merges",
            rows=page.rows,
            form=form,
            is_narrowed=bool(form.changed_data),
            **self.pages_around(request, page),
        )

    def record_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One merge: who, when, what moved, and what became of it."""
        detail = merge_detail(actor=self.actor(request), merge_id=id_in(object_id))
        return self.page(
            request,
            "customers/admin/merge.html",
            title=f"Merge of {detail.merge.survivor.code}",
            detail=detail,
        )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Compare and merge; with fewer than two records, look for the other one."""
        self.actor(request).require(self.action)
        if request.method == "POST" and "q" not in request.POST:
            return merge_compared(self, request)
        answers = read_answers(request.POST if request.method == "POST" else request.GET)
        if len(answers.customer_ids) < 2:
            return pick_other(self, request, answers.customer_ids)
        return compare(self, request, answers)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<uuid:pk>/undo/", view, name="customers_merge_undo"), *super().get_urls()]

    def undo_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What undoing would do, row by row; a POST undoes."""
        if request.method != "POST":
            return self._undo_page(request, pk, {})
        goes_to = {
            name.removeprefix(GOES_TO): value
            for name, value in request.POST.items()
            if name.startswith(GOES_TO) and isinstance(value, str) and value
        }
        reason = clean_text(request.POST.get("reason", ""))[:LONGEST_REASON]
        try:
            undo_merge(actor=self.actor(request), merge_id=pk, goes_to=goes_to, reason=reason)
        except CrmError as error:
            if error.status in (403, 404):
                raise
            return self._undo_page(request, pk, goes_to, refusal=refusal_of(error), reason=reason)
        messages.success(request, "Undone. They are separate records again, and no duplicates.")
        return HttpResponseRedirect(reverse("admin:customers_merge_change", args=[pk]))

    def _undo_page(
        self,
        request: HttpRequest,
        pk: UUID,
        goes_to: dict[str, str],
        *,
        refusal: Refusal | None = None,
        reason: str = "",
    ) -> HttpResponse:
        context: dict[str, Any] = {"reason": reason, "goes_to": goes_to, "pk": pk}
        try:
            preview = preview_undo(actor=self.actor(request), merge_id=pk)
            context["records"] = merge_detail(actor=self.actor(request), merge_id=pk).records
            for change in preview.changes:
                given = goes_to.get(change.key)
                if given in dict(change.options):
                    change.chosen = given
        except CrmError as error:
            if error.status in (403, 404):
                raise
            refusal = refusal or refusal_of(error)
            preview = None
        return self.page(
            request,
            "customers/admin/undo.html",
            title="Undo a merge",
            status=refusal.status if refusal else 200,
            preview=preview,
            refusal=refusal,
            **context,
        )
