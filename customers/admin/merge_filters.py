"""What the history of merges can be narrowed to."""

from django import forms

from crm.errors import InvalidInput
from crm.web.filter_form import FilterForm
from customers.models.merge import MergeOrigin, MergeState


class MergeForm(FilterForm):
    """The filters as they stand in the address."""

    state = forms.ChoiceField(
        choices=[("", "All"), *MergeState.choices], required=False, label="State"
    )
    origin = forms.ChoiceField(
        choices=[("", "Anybody"), *MergeOrigin.choices], required=False, label="Merged by"
    )

    def filters(self) -> dict[str, str]:
        """As the selector takes them; InvalidInput for what is on no list."""
        if not self.is_valid():
            raise InvalidInput("These filters are not on the list. Clear them and choose again.")
        return {name: self.cleaned_data[name] for name in ("state", "origin")}
