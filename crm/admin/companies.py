"""The company and its branches."""

from django.contrib import admin
from django.http import HttpRequest

from crm.admin.base import SettingsAdmin
from crm.models import Branch, Company


@admin.register(Company)
class CompanyAdmin(SettingsAdmin):
    """One's own company; companies are made by `manage.py create_company`."""

    list_display = ("name", "default_region", "time_zone", "currency")
    fields = ("name", "default_region", "time_zone", "currency", "languages")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Branch)
class BranchAdmin(SettingsAdmin):
    """The places of the company."""

    list_display = ("name", "city", "region", "is_active")
    fields = ("name", "city", "region", "is_active")
    ordering = ("name", "id")
