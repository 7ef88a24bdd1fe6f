"""The forms of segments."""

from django import forms

from crm.web.forms import LongTextField, PageForm, TextField
from scoring.services.segments import DEFAULT_COLOUR


class SegmentForm(PageForm):
    """What a segment is called, and how its conditions go together."""

    name = TextField(label="Name", max_length=120)
    description = TextField(label="What it is for", max_length=500, required=False)
    colour = forms.CharField(
        label="Colour",
        max_length=7,
        initial=DEFAULT_COLOUR,
        widget=forms.TextInput({"type": "color"}),
    )
    match = forms.ChoiceField(
        label="Who belongs",
        choices=(("all", "Those for whom all conditions hold"), ("any", "At least one holds")),
        initial="all",
        required=False,
        widget=forms.RadioSelect,
    )


class RuleTextForm(PageForm):
    """Rules that the rows cannot hold."""

    rules = LongTextField(label="Rules", max_length=20_000)


class DecisionForm(PageForm):
    """A person's decision about one customer and one segment."""

    customer = forms.UUIDField()
    decision = forms.ChoiceField(
        choices=[(name, name) for name in ("add", "keep_out", "take_back")]
    )
    back = forms.ChoiceField(required=False, choices=(("card", "card"), ("segment", "segment")))


class MemberListForm(PageForm):
    """Which members, and which page of them."""

    show = forms.ChoiceField(
        required=False, choices=(("", "Members"), ("kept_out", "Kept out"), ("history", "History"))
    )
    cursor = forms.CharField(required=False, max_length=400)
