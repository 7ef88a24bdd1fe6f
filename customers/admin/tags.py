"""The company's tags."""

from django.contrib import admin

from crm.admin.base import SettingsAdmin
from customers.models import Tag


@admin.register(Tag)
class TagAdmin(SettingsAdmin):
    """Words that staff hang on customers."""

    list_display = ("name", "created_at")
    fields = ("name",)
    search_fields = ("name",)
    ordering = ("name", "id")
