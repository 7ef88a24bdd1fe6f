"""API keys, to look at; they are made and ended on their own pages (crm/web/key_views.py)."""

from django.contrib import admin
from django.http import HttpRequest

from crm.admin.base import ReadOnlyAdmin
from crm.models import ApiKey
from crm.roles import Action


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Which systems have a key, and when they used it last."""

    list_display = ("name", "prefix", "staff", "expires_at", "revoked_at", "last_used_at")
    list_select_related = ("staff",)
    fields = (
        "name",
        "prefix",
        "staff",
        "scopes",
        "only_at",
        "requests_per_minute",
        "expires_at",
        "revoked_at",
        "last_used_at",
        "replaces",
        "made_by",
        "created_at",
    )

    readonly_fields = ("only_at",)

    @admin.display(description="Only at")
    def only_at(self, key: ApiKey) -> str:
        """The branches that it is limited to."""
        return ", ".join(key.branches.values_list("name", flat=True)) or "All branches"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_API_KEYS)
