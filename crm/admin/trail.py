"""The audit trail and the outbox, to read."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from crm import outbox
from crm.admin.base import ReadOnlyAdmin
from crm.models import AuditEvent, OutboxEvent
from crm.roles import Action


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Who did what, when, through which door."""

    list_display = ("at", "actor_name", "door", "action", "subject_type", "subject_id", "reason")
    list_filter = ("door",)
    fields = (
        "at",
        "actor_name",
        "door",
        "action",
        "subject_type",
        "subject_id",
        "reason",
        "old",
        "new",
        "request_id",
        "lane",
        "position",
    )

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.VIEW_AUDIT)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in ("subject_type", "subject_id") or super().lookup_allowed(
            lookup, value, request
        )


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """What committed changes still owe; dead ones can be tried again."""

    list_display = ("id", "topic", "created_at", "due_at", "attempts", "done_at", "dead_at")
    list_filter = (("dead_at", admin.EmptyFieldListFilter), ("done_at", admin.EmptyFieldListFilter))
    fields = (
        "topic",
        "payload",
        "created_at",
        "due_at",
        "attempts",
        "done_at",
        "dead_at",
        "last_error",
    )
    actions = ("try_again",)

    @admin.action(description="Try again")
    def try_again(self, request: HttpRequest, events: QuerySet[OutboxEvent]) -> None:
        """Give dead events new attempts."""
        revived = outbox.revive(actor=self.actor(request), events=events)
        messages.success(request, f"{revived} will be tried again now.")
