"""Where leads come from."""

from django.contrib import admin

from crm.admin.base import SettingsAdmin
from leads.models import LeadSource


@admin.register(LeadSource)
class LeadSourceAdmin(SettingsAdmin):
    """Sources and sub-sources."""

    list_display = ("name", "sub_source", "kind", "is_active")
    fields = ("name", "sub_source", "kind", "is_active")
    list_filter = ("kind", "is_active")
    ordering = ("name", "sub_source", "id")
