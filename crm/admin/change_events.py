"""The public stream of changes, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from crm.admin.base import ReadOnlyAdmin
from crm.inbox.display import shown_json
from crm.models import ChangeEvent
from crm.roles import Action


@admin.register(ChangeEvent)
class ChangeEventAdmin(ReadOnlyAdmin):
    """What other systems are told, whether or not one listens."""

    list_display = ("id", "position", "type", "customer_id", "subject_id", "occurred_at")
    list_filter = ("subject_kind", ("occurred_at", admin.DateFieldListFilter))
    fields = (
        ("position", "occurred_at"),
        "type",
        ("subject_kind", "subject_id"),
        "customer_id",
        "also_customer_ids",
        "shown_data",
    )
    readonly_fields = ("shown_data",)

    class Media:
        css = {"all": ("crm/css/admin.css",)}

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_WEBHOOKS)

    @admin.display(description="Data")
    def shown_data(self, event: ChangeEvent) -> Any:
        """Ids and codes."""
        return format_html('<pre class="raw">{}</pre>', shown_json(event.data))
