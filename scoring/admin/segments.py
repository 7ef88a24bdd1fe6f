"""Segments and who is in them, to read; they are made and changed on their own pages."""

from django.contrib import admin

from crm.admin.base import ReadOnlyAdmin
from scoring.models import MembershipChange, Segment, SegmentMember


@admin.register(Segment)
class SegmentAdmin(ReadOnlyAdmin):
    """Groups of customers."""

    list_display = ("name", "slug", "members", "is_system", "is_active", "evaluated_at")


@admin.register(SegmentMember)
class SegmentMemberAdmin(ReadOnlyAdmin):
    """Who is in a segment or kept out, and why."""

    list_display = ("segment", "customer", "how", "since")
    list_select_related = ("segment", "customer")
    list_filter = ("how",)


@admin.register(MembershipChange)
class MembershipChangeAdmin(ReadOnlyAdmin):
    """Who joined and left."""

    list_display = ("at", "segment", "customer", "joined", "how", "by_name")
    list_select_related = ("segment", "customer")
