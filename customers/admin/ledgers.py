"""Histories of customers: rows that are only ever added."""

from django.contrib import admin

from crm.admin.base import ReadOnlyAdmin
from customers.models import ConsentEvent, Note, StageChange


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    """What staff wrote down."""

    list_display = ("created_at", "customer", "author_name", "text")
    list_select_related = ("customer",)


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnlyAdmin):
    """What customers agreed to."""

    list_display = ("happened_at", "customer", "channel", "granted", "source", "recorded_by")
    list_select_related = ("customer",)
    list_filter = ("channel", "granted")


@admin.register(StageChange)
class StageChangeAdmin(ReadOnlyAdmin):
    """How customers moved through the stages."""

    list_display = ("at", "customer", "old_stage", "new_stage", "changed_by", "reason")
    list_select_related = ("customer",)
