"""The filters above a list: which are always shown, and which stand behind “More filters”."""

from typing import ClassVar

from django.forms import BoundField

from crm.web.forms import PageForm


class FilterForm(PageForm):
    """The form that `components/filters.html` shows; `folded` names the filters used less often."""

    folded: ClassVar[tuple[str, ...]] = ()

    @property
    def main_filters(self) -> list[BoundField]:
        """The filters in the first row."""
        return [field for field in self.visible_fields() if field.name not in self.folded]

    @property
    def more_filters(self) -> list[BoundField]:
        """The filters behind “More filters”."""
        return [field for field in self.visible_fields() if field.name in self.folded]

    @property
    def narrows(self) -> bool:
        """Whether any filter is set: then the fold of a small screen is open."""
        return any(field.name in self.changed_data for field in self.visible_fields())

    @property
    def narrows_more(self) -> bool:
        """Whether one behind “More filters” is set."""
        return any(field.name in self.changed_data for field in self.more_filters)
