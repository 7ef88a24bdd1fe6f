"""What other systems sent: to look at, to try again, to let be."""

from datetime import datetime
from typing import Any

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
from crm.errors import CrmError, NotFound
from crm.inbox.display import shown_bytes, shown_json, shown_parsed
from crm.models import DeliveryState, InboundDelivery
from crm.models.inbound_delivery import WAITING
from crm.roles import Action
from crm.services.inbound_replay import dismiss, replay

STATE_COLOURS = {
    DeliveryState.RECEIVED: "info",
    DeliveryState.PROCESSED: "success",
    DeliveryState.FAILED: "warning",
    DeliveryState.DEAD: "danger",
}


class DeliveryList(ChangeList):
    """The list leaves in the database what it does not show."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[InboundDelivery]:
        found: QuerySet[InboundDelivery] = super().get_queryset(*args, **kwargs)
        return found.defer("body", "headers", "query", "failures", "result", "path_rest")


def _block(text: str) -> SafeString:
    return format_html('<pre class="raw">{}</pre>', text)


@admin.register(InboundDelivery)
class InboundDeliveryAdmin(ReadOnlyAdmin):
    """The inbox."""

    list_display = ("received_at", "source", "shown_state", "attempts", "repeats", "short_error")
    list_display_links = ("received_at",)
    list_select_related = ("source",)
    list_filter = ("state", "source", ("received_at", admin.DateFieldListFilter))
    ordering = ("-received_at", "-id")
    actions = ("replay_selected",)
    change_form_outer_before_template = "crm/admin/delivery_actions.html"
    fieldsets = (
        (
            "What became of it",
            {
                "fields": (
                    ("source", "state"),
                    "error",
                    ("attempts", "next_attempt"),
                    ("processed_at", "parser_version"),
                    "shown_result",
                    "shown_failures",
                )
            },
        ),
        ("What it says", {"fields": ("shown_parsed",)}),
        (
            "As it came",
            {
                "fields": (
                    ("received_at", "method"),
                    ("repeats", "last_repeat_at"),
                    "shown_key",
                    "content_type",
                    "path_rest",
                    "shown_query",
                    "shown_headers",
                    "shown_body",
                )
            },
        ),
    )
    readonly_fields = (
        *("next_attempt", "shown_result", "shown_failures", "shown_parsed", "shown_key"),
        *("shown_query", "shown_headers", "shown_body"),
    )

    class Media:
        css = {"all": ("crm/css/admin.css",)}

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_INBOX)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeliveryList

    @display(description="State", label=STATE_COLOURS)
    def shown_state(self, delivery: InboundDelivery) -> tuple[str, str]:
        """The state as a coloured word."""
        return delivery.state, delivery.get_state_display()

    @admin.display(description="Next attempt")
    def next_attempt(self, delivery: InboundDelivery) -> datetime | None:
        """When it is tried again, if it is."""
        return delivery.due_at if delivery.state in WAITING else None

    @admin.display(description="External key")
    def shown_key(self, delivery: InboundDelivery) -> str:
        """What a repeat has in common with it."""
        return _block(delivery.external_key)

    @admin.display(description="Why")
    def short_error(self, delivery: InboundDelivery) -> str:
        """The beginning of the reason."""
        return delivery.error[:120]

    @admin.display(description="Result")
    def shown_result(self, delivery: InboundDelivery) -> str:
        """What came of it: ids and counts."""
        return _block(shown_json(delivery.result)) if delivery.result else ""

    @admin.display(description="Failed attempts")
    def shown_failures(self, delivery: InboundDelivery) -> str:
        """When and why, oldest first."""
        lines = [
            f"{each['at']}  {each['attempt']:>2}  {each['error']}" for each in delivery.failures
        ]
        return _block("\n".join(lines)) if lines else ""

    @admin.display(description="Parsed")
    def shown_parsed(self, delivery: InboundDelivery) -> str:
        """As today's parser reads it."""
        return _block(shown_parsed(delivery))

    @admin.display(description="Query")
    def shown_query(self, delivery: InboundDelivery) -> str:
        """Behind the question mark."""
        return _block(shown_bytes(bytes(delivery.query))) if delivery.query else ""

    @admin.display(description="Headers")
    def shown_headers(self, delivery: InboundDelivery) -> str:
        """Without those that hold secrets."""
        return _block("\n".join(f"{name}: {value}" for name, value in delivery.headers.items()))

    @admin.display(description="Body")
    def shown_body(self, delivery: InboundDelivery) -> str:
        """Text, or a hex dump."""
        return _block(shown_bytes(bytes(delivery.body))) if delivery.body else ""

    @admin.action(description="Replay")
    def replay_selected(self, request: HttpRequest, deliveries: QuerySet[InboundDelivery]) -> None:
        """Process the chosen ones anew."""
        chosen = InboundDelivery.objects.filter(pk__in=deliveries.values("pk"))
        count = replay(actor=self.actor(request), deliveries=chosen)
        messages.success(request, f"{count} will be processed again now.")

    def get_urls(self) -> list[URLPattern]:
        def post(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        own = [
            path("<uuid:pk>/replay/", post(self.replay_one), name="crm_inbounddelivery_replay"),
            path("<uuid:pk>/dismiss/", post(self.dismiss_one), name="crm_inbounddelivery_dismiss"),
        ]
        return own + super().get_urls()

    def replay_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The button of the page."""
        if not replay(actor=self.actor(request), deliveries=InboundDelivery.objects.filter(pk=pk)):
            raise NotFound
        messages.success(request, "It will be processed again now.")
        return self._back(pk)

    def dismiss_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The button of the page, with the reason."""
        delivery = InboundDelivery.objects.filter(pk=pk).first()
        if delivery is None:
            raise NotFound
        try:
            dismiss(
                actor=self.actor(request),
                delivery=delivery,
                reason=request.POST.get("reason", "").replace("\x00", ""),
            )
        except CrmError as error:
            messages.error(request, error.fields.get("reason", error.message))
        else:
            messages.success(request, "Dismissed.")
        return self._back(pk)

    def _back(self, pk: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:crm_inbounddelivery_change", args=[pk]))
