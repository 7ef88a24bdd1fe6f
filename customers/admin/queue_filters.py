"""What the queue of candidates can be narrowed to."""

from typing import ClassVar

from django import forms

from crm.errors import InvalidInput
from crm.web.filter_form import FilterForm
from customers.models.duplicate import CandidateState, PairRelation
from customers.selectors.duplicates import CandidateFilters, Confidence

_STATES = [(state.value, state.label) for state in CandidateState if state != CandidateState.GONE]
_SURE = [
    (Confidence.SURE, "Sure (10 bits and more)"),
    (Confidence.LIKELY, "Likely (4 to 10 bits)"),
    (Confidence.POSSIBLE, "Possible (below 4 bits)"),
]
_PROFILES = {"": None, "yes": True, "no": False}


class QueueForm(FilterForm):
    """The filters as they stand in the address."""

    folded: ClassVar[tuple[str, ...]] = ()

    state = forms.ChoiceField(choices=_STATES, required=False, label="Show")
    confidence = forms.ChoiceField(choices=[("", "Any"), *_SURE], required=False, label="How sure")
    relation = forms.ChoiceField(
        choices=[("", "Any"), *PairRelation.choices], required=False, label="Most likely"
    )
    profiles = forms.ChoiceField(
        choices=[("", "Any"), ("yes", "With an app profile"), ("no", "Without")],
        required=False,
        label="App profile",
    )

    def filters(self) -> CandidateFilters:
        """As the selector takes them; InvalidInput for what is on no list."""
        if not self.is_valid():
            raise InvalidInput("These filters are not on the list. Clear them and choose again.")
        given = self.cleaned_data
        return CandidateFilters(
            state=given["state"] or CandidateState.OPEN,
            relation=given["relation"],
            confidence=given["confidence"],
            has_profile_link=_PROFILES[given["profiles"]],
        )
