"""Who is told of changes: endpoints, their secrets, and what can be done when one is unwell."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.decorators import display

from crm.admin.base import SettingsAdmin
from crm.admin.webhook_forms import EndpointForm, ReplayForm
from crm.errors import CrmError
from crm.models import EndpointState, WebhookEndpoint
from crm.roles import Action
from crm.selectors.webhooks import get_endpoint, stopped_endpoints
from crm.services import webhook_endpoints, webhook_replay

STATE_COLOURS = {
    EndpointState.ACTIVE: "success",
    EndpointState.PAUSED: "warning",
    EndpointState.DISABLED: "danger",
}
HOW_IT_IS_DOING = (
    ("state", "state_reason"),
    ("last_success_at", "failing_since"),
    ("slow_until", "previous_secret_until"),
)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(SettingsAdmin):
    """Other systems that are told of changes."""

    list_display = ("name", "shown_state", "url", "shown_types", "last_success_at", "failing_since")
    list_filter = ("state",)
    ordering = ("name", "id")
    form = EndpointForm
    change_form_outer_before_template = "crm/admin/endpoint_actions.html"
    change_form_outer_after_template = "crm/admin/endpoint_more.html"
    readonly_fields = tuple(name for pair in HOW_IT_IS_DOING for name in pair)

    class Media:
        css = {"all": ("crm/css/admin.css",)}

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_WEBHOOKS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, Action.MANAGE_WEBHOOKS)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_WEBHOOKS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        rows: QuerySet[WebhookEndpoint] = super().get_queryset(request)
        return rows.exclude(state=EndpointState.REMOVED)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        decided = ("Settings", {"fields": ("name", "url", "event_types")})
        if obj is None:
            return [decided]
        return [("How it is doing", {"fields": HOW_IT_IS_DOING}), decided]

    @display(description="State", label=STATE_COLOURS)
    def shown_state(self, endpoint: WebhookEndpoint) -> tuple[str, str]:
        """The state as a coloured word."""
        return endpoint.state, EndpointState(endpoint.state).label

    @admin.display(description="Events")
    def shown_types(self, endpoint: WebhookEndpoint) -> str:
        """The first of its patterns."""
        first = ", ".join(endpoint.event_types[:3])
        return first + (" …" if len(endpoint.event_types) > 3 else "")

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list begins with what waits for somebody."""
        if request.method == "GET" and self.has_view_permission(request):
            for endpoint in stopped_endpoints():
                state = EndpointState(endpoint.state).label.lower()
                messages.warning(request, f"“{endpoint.name}” is {state}. {endpoint.state_reason}")
        return super().changelist_view(request, *args, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form of the replay stands below the settings."""
        context["replay_form"] = ReplayForm()
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: WebhookEndpoint, form: forms.ModelForm, change: bool
    ) -> None:
        actor, given = self.actor(request), form.cleaned_data
        values = {name: given[name] for name in ("name", "url", "event_types")}
        if change:
            webhook_endpoints.edit_endpoint(actor=actor, endpoint_id=obj.pk, **values)
            return
        endpoint, secret = webhook_endpoints.create_endpoint(actor=actor, **values)
        obj.pk = endpoint.pk
        self._show_once(request, secret)

    def _show_once(self, request: HttpRequest, secret: str) -> None:
        messages.warning(request, f"The secret that signs, shown only now: {secret}")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<uuid:pk>/{name}/",
                self.admin_site.admin_view(require_POST(getattr(self, name))),
                name=f"crm_webhookendpoint_{name}",
            )
            for name in ("rotate", "test", "pause", "resume", "replay", "remove")
        ]
        return own + super().get_urls()

    def rotate(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A new secret; `at_once` ends the old one now."""
        overlap = timedelta(0) if "at_once" in request.POST else webhook_endpoints.OVERLAP
        _, secret = webhook_endpoints.rotate_secret(
            actor=self.actor(request), endpoint_id=pk, overlap=overlap
        )
        self._show_once(request, secret)
        return self._back(pk)

    def test(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send a `test.ping`; its page shows the answer."""
        message = webhook_replay.send_test(actor=self.actor(request), endpoint_id=pk)
        messages.success(request, "A test is on its way. Load this page again to see the answer.")
        return HttpResponseRedirect(reverse("admin:crm_webhookmessage_change", args=[message.pk]))

    def pause(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send nothing for now."""
        webhook_endpoints.pause_endpoint(actor=self.actor(request), endpoint_id=pk)
        return self._back(pk)

    def resume(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send again; `skip` leaves out what was missed."""
        webhook_endpoints.resume_endpoint(
            actor=self.actor(request), endpoint_id=pk, skip_missed="skip" in request.POST
        )
        messages.success(request, "It is told of changes again.")
        return self._back(pk)

    def replay(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send the events of a time again."""
        actor = self.actor(request)
        get_endpoint(actor=actor, endpoint_id=pk)
        form = ReplayForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Enter the first moment, and the last one or none.")
            return self._back(pk)
        try:
            count = webhook_replay.replay_events(
                actor=actor,
                endpoint_id=pk,
                since=form.cleaned_data["since"],
                until=form.cleaned_data["until"],
            )
        except CrmError as error:
            messages.error(request, next(iter(error.fields.values()), error.message))
        else:
            messages.success(request, f"{count} are sent again.")
        return self._back(pk)

    def remove(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take it out for good."""
        webhook_endpoints.remove_endpoint(actor=self.actor(request), endpoint_id=pk)
        messages.success(request, "The endpoint is removed. Its log is kept for 30 days.")
        return HttpResponseRedirect(reverse("admin:crm_webhookendpoint_changelist"))

    def _back(self, pk: UUID) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:crm_webhookendpoint_change", args=[pk]))
