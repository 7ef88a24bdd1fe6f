"""Leads and their history, to read; the lead page is where they are worked on."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from crm.admin.base import ReadOnlyAdmin
from leads.models import Lead, LeadEvent


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    """Enquiries."""

    list_display = ("full_name", "status", "branch", "owner", "source", "received_at", "page")
    list_select_related = ("branch", "owner", "source")
    list_filter = ("status", ("customer", admin.EmptyFieldListFilter))

    @admin.display(description="Lead page")
    def page(self, lead: Lead) -> str:
        """The way to where the lead is worked on."""
        return format_html('<a href="{}">Open</a>', reverse("leads:lead", args=[lead.pk]))


@admin.register(LeadEvent)
class LeadEventAdmin(ReadOnlyAdmin):
    """What happened to leads."""

    list_display = ("at", "lead", "kind", "old_status", "new_status", "by_name", "remarks")
    list_select_related = ("lead",)
    list_filter = ("kind",)
