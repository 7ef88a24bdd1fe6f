"""Who may send to us: sources, their limits and their secrets."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from crm.admin.base import SettingsAdmin
from crm.errors import InvalidInput, NotFound
from crm.inbox.registry import handler_of, kinds
from crm.models import InboundSource
from crm.roles import Action
from crm.services.inbound_replay import replay_dead, replay_outdated
from crm.services.inbound_sources import (
    OVERLAP,
    SourceValues,
    create_source,
    edit_source,
    rotate_secret,
    set_signing_secret,
)

DECIDED = ("name", "is_active", "settings", "retention_days", "max_body_bytes")
LIMITS = ("requests_per_minute",)


class SourceForm(forms.ModelForm):
    """What an admin decides; the signing secret is written and never shown."""

    signing_secret = forms.CharField(
        required=False,
        strip=True,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Only for senders that sign. Empty: as it is. The one before stays valid, too.",
    )

    class Meta:
        model = InboundSource
        fields: tuple[str, ...] = (*DECIDED, *LIMITS)

    def clean(self) -> dict[str, Any]:
        """The handler of the kind knows which settings it understands."""
        values: dict[str, Any] = super().clean() or {}
        handler = handler_of(values.get("kind", self.instance.kind))
        settings = values.get("settings") or {}
        if not isinstance(settings, dict):
            self.add_error("settings", 'Write an object, such as {"time_zone": "UTC"}.')
        elif handler is not None:
            try:
                handler.check_settings(settings)
            except InvalidInput as error:
                self.add_error("settings", error.fields.get("settings", error.message))
        values["settings"] = settings
        return values


class NewSourceForm(SourceForm):
    """The same, with the kind, which is chosen once."""

    kind = forms.ChoiceField(
        choices=kinds,
        widget=UnfoldAdminSelectWidget,
        help_text="What sends here; it decides how deliveries are read.",
    )

    class Meta(SourceForm.Meta):
        fields = ("kind", *DECIDED, *LIMITS)


@admin.register(InboundSource)
class InboundSourceAdmin(SettingsAdmin):
    """Other systems that send to us."""

    list_display = ("name", "kind", "key", "is_active", "retention_days", "previous_secret_until")
    list_filter = ("is_active",)
    ordering = ("name", "id")
    change_form_outer_after_template = "crm/admin/source_actions.html"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_INBOX)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, Action.MANAGE_INBOX)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_INBOX)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = NewSourceForm if obj is None else SourceForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "kind", *DECIDED[1:], *LIMITS, "signing_secret")
        return ("kind", "key", "previous_secret_until", *DECIDED, *LIMITS, "signing_secret")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("kind", "key", "previous_secret_until")

    def save_model(self, request: HttpRequest, obj: InboundSource, form: Any, change: bool) -> None:
        actor, given = self.actor(request), form.cleaned_data
        values = SourceValues(**{name: given[name] for name in (*DECIDED, *LIMITS)})
        if not change:
            source, secret = create_source(
                actor=actor,
                kind=given["kind"],
                values=values,
                signing_secret=given["signing_secret"],
            )
            obj.pk = source.pk
            self._show_once(request, source, secret)
            return
        edit_source(actor=actor, source=obj, values=values)
        if given["signing_secret"]:
            set_signing_secret(actor=actor, source=obj, secret=given["signing_secret"])

    def _show_once(self, request: HttpRequest, source: InboundSource, secret: str) -> None:
        url = request.build_absolute_uri(reverse("hook", args=[source.key, secret]) + "/")
        messages.warning(request, f"The address to send to, shown only now: {url}")

    def get_urls(self) -> list[URLPattern]:
        def post(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        own = [
            path("<uuid:pk>/rotate/", post(self.rotate), name="crm_inboundsource_rotate"),
            path("<uuid:pk>/replay/", post(self.replay), name="crm_inboundsource_replay"),
        ]
        return own + super().get_urls()

    def rotate(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """A new address; `at_once` ends the old one now."""
        overlap = timedelta(0) if "at_once" in request.POST else OVERLAP
        source, secret = rotate_secret(
            actor=self.actor(request), source=self._source(pk), overlap=overlap
        )
        self._show_once(request, source, secret)
        return self._back(pk)

    def replay(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """All dead deliveries of the source, or with `outdated` those of an older parser."""
        again = replay_outdated if "outdated" in request.POST else replay_dead
        count = again(actor=self.actor(request), source=self._source(pk))
        messages.success(request, f"{count} will be processed again now.")
        return self._back(pk)

    def _source(self, pk: Any) -> InboundSource:
        source = InboundSource.objects.filter(pk=pk).first()
        if source is None:
            raise NotFound
        return source

    def _back(self, pk: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:crm_inboundsource_change", args=[pk]))
