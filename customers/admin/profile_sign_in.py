"""How profiles of apps prove who they are: trusted issuers of id tokens, and sending of codes."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from crm.admin.base import SettingsAdmin
from crm.errors import InvalidInput
from crm.roles import Action
from customers.models import LinkCodeChannel, TrustedIssuer
from customers.profile_links.channels import channels
from customers.services.code_channels import set_code_channel
from customers.services.trusted_issuers import (
    IssuerValues,
    check_key,
    create_issuer,
    edit_issuer,
)

FIELDS = tuple(IssuerValues.__dataclass_fields__)


class KeyHolderAdmin(SettingsAdmin):
    """For those who decide what other systems may do."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_API_KEYS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, Action.MANAGE_API_KEYS)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._may(request, Action.MANAGE_API_KEYS)


class IssuerForm(forms.ModelForm):
    """What an admin decides; the secret is written and never shown."""

    secret = forms.CharField(
        required=False,
        strip=True,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Only for HS256: LINE's channel secret, Supabase's JWT secret. Empty: as it is.",
    )

    class Meta:
        model = TrustedIssuer
        fields = FIELDS

    def clean(self) -> dict[str, Any]:
        """The key fits the algorithm; the service says so with the same words."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            has_secret = self.instance.secret_sealed is not None
            try:
                check_key(values_of(given), given["secret"], has_secret=has_secret)
            except InvalidInput as error:
                for name, message in error.fields.items():
                    self.add_error(name, message)
        return given


def values_of(given: dict[str, Any]) -> IssuerValues:
    """The cleaned form as the service takes it."""
    return IssuerValues(**{name: given[name] for name in FIELDS})


@admin.register(TrustedIssuer)
class TrustedIssuerAdmin(KeyHolderAdmin):
    """Whose id tokens are believed."""

    form = IssuerForm
    list_display = ("name", "provider", "issuer", "algorithm", "is_active")
    ordering = ("name", "id")
    fields = (*FIELDS, "secret")

    def save_model(self, request: HttpRequest, obj: TrustedIssuer, form: Any, change: bool) -> None:
        given = form.cleaned_data
        arguments = {"values": values_of(given), "secret": given["secret"]}
        if change:
            edit_issuer(actor=self.actor(request), issuer=obj, **arguments)
        else:
            obj.pk = create_issuer(actor=self.actor(request), **arguments).pk


class ChannelForm(forms.ModelForm):
    """The way in which codes go out."""

    kind = forms.ChoiceField(
        label="Way",
        choices=lambda: [(kind, channel.name) for kind, channel in channels().items()],
        widget=UnfoldAdminSelectWidget,
    )
    url = forms.CharField(
        label="Address",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Only for a webhook: what gets the codes, with https://.",
    )
    renew_secret = forms.BooleanField(
        required=False, help_text="Make a new signing secret; the present one ends at once."
    )

    class Meta:
        model = LinkCodeChannel
        fields = ("kind", "url", "is_active")


@admin.register(LinkCodeChannel)
class LinkCodeChannelAdmin(KeyHolderAdmin):
    """How one-time codes reach people: one way a company."""

    form = ChannelForm
    list_display = ("kind", "url", "is_active")
    fields = ("kind", "url", "is_active", "renew_secret")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A company has one channel: a second one is the first, changed."""
        known = LinkCodeChannel.objects.first()
        if known is not None:
            return redirect("admin:customers_linkcodechannel_change", known.pk)
        return super().add_view(request, form_url, extra_context)

    def save_model(
        self, request: HttpRequest, obj: LinkCodeChannel, form: Any, change: bool
    ) -> None:
        row, secret = set_code_channel(actor=self.actor(request), **form.cleaned_data)
        obj.pk = row.pk
        if secret:
            messages.warning(request, f"The signing secret, shown only now: {secret}")
