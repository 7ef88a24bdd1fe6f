"""The scan for duplicates, as the queue's page shows it: how it stands, start it, stop it."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from crm.admin.base import ReadOnlyAdmin
from crm.errors import CrmError
from crm.roles import Action
from customers.models import DuplicateScan
from customers.models.duplicate_scan import OPEN_SCANS, ScanState
from customers.services.duplicate_scan import ask_scan, cancel_scan

QUEUE = "admin:customers_duplicatecandidate_changelist"


class ScanPages(ReadOnlyAdmin):
    """What the queue needs to show and steer scans."""

    def scan_context(self, request: HttpRequest) -> dict[str, Any]:
        """The scan at work, else the last one that came to its end; `last_failed` beside it."""
        newest = DuplicateScan.objects.order_by("-created_at", "-id").first()
        finished = newest
        if newest is not None and newest.state != ScanState.DONE:
            done = DuplicateScan.objects.filter(state=ScanState.DONE)
            finished = done.order_by("-created_at", "-id").first()
        return {
            "scan": newest,
            "is_scanning": newest is not None and newest.state in OPEN_SCANS,
            "last_scan": finished,
            "may_stop": self._may(request, Action.REVIEW_DUPLICATES),
        }

    def scan_urls(self) -> list[URLPattern]:
        """Start and stop."""

        def post(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("scan/", post(self.scan_now), name="customers_duplicatecandidate_scan"),
            path(
                "scan/<uuid:pk>/stop/",
                post(self.stop_scan),
                name="customers_duplicatecandidate_stop",
            ),
        ]

    def scan_now(self, request: HttpRequest) -> HttpResponse:
        """Compare who changed, or with `full` everybody."""
        try:
            ask_scan(actor=self.actor(request), full="full" in request.POST)
        except CrmError as error:
            messages.error(request, error.message)
        return HttpResponseRedirect(reverse(QUEUE))

    def stop_scan(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Stop after the present step; what was found stays."""
        try:
            cancel_scan(actor=self.actor(request), scan_id=pk)
        except CrmError as error:
            if error.status == 404:
                raise
            messages.error(request, error.message)
        else:
            messages.info(request, "The scan stops after its present step.")
        return HttpResponseRedirect(reverse(QUEUE))


class ScanAdmin(ReadOnlyAdmin):
    """For those who decide about duplicates."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.REVIEW_DUPLICATES)


@admin.register(DuplicateScan)
class DuplicateScanAdmin(ScanAdmin):
    """Scans so far, to read."""

    list_display = ("created_at", "is_full", "state", "records", "pairs", "found", "asked_by")
    list_filter = ("state", "is_full")
    ordering = ("-created_at", "-id")
