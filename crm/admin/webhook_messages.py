"""The delivery log of webhooks: what was sent, what came back, and sending it again."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.views import ChangeList

from crm.admin.base import ReadOnlyAdmin
from crm.models import MessageState, WebhookMessage
from crm.roles import Action
from crm.services.webhook_replay import replay_message
from crm.services.webhook_sending import body_of

STATE_COLOURS = {
    MessageState.WAITING: "info",
    MessageState.BEHIND: "info",
    MessageState.DELIVERED: "success",
    MessageState.FAILED: "danger",
}


class MessageList(ChangeList):
    """The list leaves in the database what it does not show."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[WebhookMessage]:
        found: QuerySet[WebhookMessage] = super().get_queryset(*args, **kwargs)
        return found.defer("data", "keys", "attempt_log", "response_excerpt")


def _block(text: str) -> SafeString:
    return format_html('<pre class="raw">{}</pre>', text)


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin):
    """What endpoints were told."""

    list_display = (
        *("created_at", "endpoint", "type", "shown_state", "attempts", "last_status"),
        *("duration_ms", "last_error"),
    )
    list_display_links = ("created_at",)
    list_select_related = ("endpoint",)
    list_filter = ("state", "endpoint", ("created_at", admin.DateFieldListFilter))
    ordering = ("-created_at", "-id")
    change_form_outer_before_template = "crm/admin/message_actions.html"
    fieldsets = (
        (
            "How it went",
            {
                "fields": (
                    ("endpoint", "state"),
                    ("attempts", "next_attempt"),
                    ("last_status", "duration_ms"),
                    "last_error",
                    "shown_answer",
                    "shown_attempts",
                )
            },
        ),
        (
            "What it tells",
            {
                "fields": (
                    ("type", "position"),
                    ("occurred_at", "created_at"),
                    "shown_id",
                    "shown_body",
                )
            },
        ),
    )
    readonly_fields = (
        *("next_attempt", "shown_answer", "shown_attempts", "shown_id", "shown_body"),
    )

    class Media:
        css = {"all": ("crm/css/admin.css",)}

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_WEBHOOKS)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return MessageList

    @display(description="State", label=STATE_COLOURS)
    def shown_state(self, message: WebhookMessage) -> tuple[str, str]:
        """The state as a coloured word."""
        return message.state, MessageState(message.state).label

    @admin.display(description="Next attempt")
    def next_attempt(self, message: WebhookMessage) -> Any:
        """When it is tried again, if it is."""
        return message.next_at if message.state == MessageState.WAITING else None

    @admin.display(description="Answer")
    def shown_answer(self, message: WebhookMessage) -> str:
        """The beginning of what the receiver answered."""
        return _block(message.response_excerpt) if message.response_excerpt else ""

    @admin.display(description="Attempts so far (UTC)")
    def shown_attempts(self, message: WebhookMessage) -> str:
        """When, what came back, how long it took; oldest first."""
        lines = [
            f"{each['at'][:19]}  {each['status'] or '---'}  {each['ms']:>6} ms  {each['error']}"
            for each in message.attempt_log
        ]
        return _block("\n".join(lines)) if lines else ""

    @admin.display(description="webhook-id")
    def shown_id(self, message: WebhookMessage) -> str:
        """By which the receiver knows it."""
        return message.webhook_id

    @admin.display(description="Body")
    def shown_body(self, message: WebhookMessage) -> str:
        """As it is signed and sent."""
        return _block(body_of(message).decode())

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<uuid:pk>/replay/",
            self.admin_site.admin_view(require_POST(self.replay)),
            name="crm_webhookmessage_replay",
        )
        return [own, *super().get_urls()]

    def replay(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The button of the page."""
        replay_message(actor=self.actor(request), message_id=pk)
        messages.success(request, "It is sent again now.")
        return HttpResponseRedirect(reverse("admin:crm_webhookmessage_change", args=[pk]))
