"""Exports of everything, to look at; they are started on their own page."""

from django.contrib import admin
from django.http import HttpRequest

from crm.admin.base import ReadOnlyAdmin
from crm.models import ExportJob
from crm.roles import Action


@admin.register(ExportJob)
class ExportJobAdmin(ReadOnlyAdmin):
    """Who took everything along, and when."""

    list_display = ("created_at", "started_by", "state", "rows_done", "file_bytes", "expires_at")
    list_filter = ("state",)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.EXPORT_EVERYTHING)
