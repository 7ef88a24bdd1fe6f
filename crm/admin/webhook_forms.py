"""The forms of webhook endpoints in the admin."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
)

from crm.change_events.registry import known_types
from crm.models import WebhookEndpoint
from crm.webhooks.addresses import AddressRefused, checked_url

MOMENT = "%Y-%m-%dT%H:%M"


def patterns() -> list[tuple[str, Any]]:
    """Everything, then each family with its types, in groups."""
    families: dict[str, list[tuple[str, str]]] = {}
    for type, title in known_types().items():
        family = type.partition(".")[0]
        first = [(f"{family}.*", f"{family}.*: all of these, also new ones")]
        families.setdefault(family, first).append((type, f"{type}: {title.replace('`', '')}"))
    everything = ("Everything", [("*", "*: every event, also new ones")])
    return [everything, *((family.capitalize(), rows) for family, rows in families.items())]


class EndpointForm(forms.ModelForm):
    """What an admin decides."""

    event_types = forms.MultipleChoiceField(
        label="Events",
        choices=patterns,
        initial=["*"],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": "Choose at least one event."},
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "event_types")

    def clean_url(self) -> str:
        """Refused at its field, as the service would."""
        url: str = self.cleaned_data["url"]
        try:
            return checked_url(url)
        except AddressRefused as refused:
            raise forms.ValidationError(refused.reason) from None


class ReplayForm(forms.Form):
    """The time whose events are sent again."""

    since = forms.DateTimeField(
        label="From",
        input_formats=[MOMENT],
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local", "required": True}),
    )
    until = forms.DateTimeField(
        label="to before",
        required=False,
        input_formats=[MOMENT],
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
    )
