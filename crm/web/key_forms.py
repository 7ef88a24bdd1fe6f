"""The form of a new API key."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from crm.actors import Actor
from crm.models import Branch
from crm.scopes import SCOPES, WORDS, actions_of
from crm.services.api_keys import KeyValues
from crm.web.forms import PageForm, TextField

LONGEST_LIFE = timedelta(days=5 * 366)


class KeyForm(PageForm):
    """What a key may do, where and for how long. A person's own token offers what they may do."""

    name = TextField(
        label="Name", max_length=120, help_text="Which system will use it, such as “Website”."
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    branches = forms.ModelMultipleChoiceField(
        label="Only at",
        queryset=Branch.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing chosen: all branches. Customers belong to no branch; leads do.",
    )
    ends = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: until it is revoked.",
    )
    requests_per_minute = forms.IntegerField(
        label="Requests a minute", min_value=1, max_value=100_000, initial=600
    )

    def __init__(self, *args: Any, actor: Actor, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = actor.company.zone
        offered = [
            scope
            for scope in SCOPES
            if not own or all(actor.may(action) for action in actions_of([scope]))
        ]
        self.scope_field.choices = [(scope, WORDS[scope]) for scope in offered]
        branches = Branch.objects.filter(is_active=True).order_by("name", "id")
        self.branch_field.queryset = branches
        if not branches[1:].exists():
            del self.fields["branches"]

    @property
    def scope_field(self) -> forms.MultipleChoiceField:
        """The choices of scopes."""
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        return field

    @property
    def branch_field(self) -> forms.ModelMultipleChoiceField:
        """The choices of branches."""
        field = self.fields["branches"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        return field

    def clean_ends(self) -> datetime | None:
        """The end of that day in the company's zone."""
        day = self.cleaned_data["ends"]
        if day is None:
            return None
        today = timezone.localdate(timezone=self.zone)
        if not today <= day <= today + LONGEST_LIFE:
            raise forms.ValidationError("Choose a day from today on, within five years.")
        return datetime.combine(day + timedelta(days=1), time.min, self.zone)

    def values(self) -> KeyValues:
        """What was decided, for the service."""
        given = self.cleaned_data
        return KeyValues(
            name=given["name"],
            scopes=given["scopes"],
            branch_ids=[branch.pk for branch in given.get("branches") or ()],
            expires_at=given["ends"],
            requests_per_minute=given["requests_per_minute"],
        )
