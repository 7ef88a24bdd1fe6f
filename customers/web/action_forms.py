"""The small forms of the customer card."""

from django import forms

from crm.web.forms import LongTextField, PageForm, TextField
from customers.models.consent import ConsentChannel
from customers.models.contact_point import ContactKind
from customers.models.customer import LifecycleStage


class NoteForm(PageForm):
    """Something to remember about the person."""

    text = LongTextField(label="Note", max_length=4000)


class StageForm(PageForm):
    """How far the relation has come."""

    stage = forms.ChoiceField(label="Stage", choices=LifecycleStage.choices)
    reason = TextField(label="Why", max_length=500, required=False)


class ConsentForm(PageForm):
    """A yes or no that the person gave."""

    channel = forms.ChoiceField(label="Channel", choices=ConsentChannel.choices)
    granted = forms.TypedChoiceField(
        label="They said",
        choices=(("yes", "Yes, contact me"), ("no", "No, do not")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    source = TextField(
        label="How they told you", max_length=60, help_text="Such as “on the phone”."
    )


class DeleteForm(PageForm):
    """Why the record should go."""

    reason = TextField(label="Reason", max_length=500)


class ContactPointForm(PageForm):
    """One more phone or e-mail."""

    kind = forms.ChoiceField(label="Kind", choices=ContactKind.choices)
    text = TextField(
        label="Number or address", max_length=254, widget=forms.TextInput({"autocomplete": "off"})
    )
    label = TextField(
        label="What it is", max_length=40, required=False, help_text="Such as “work” or “mother”."
    )
    share = forms.BooleanField(label="They share it: keep it at both people", required=False)


class PointChangeForm(PageForm):
    """What to do with a phone or e-mail that is there."""

    change = forms.ChoiceField(
        choices=[(name, name) for name in ("primary", "invalid", "valid", "unshare", "remove")]
    )
