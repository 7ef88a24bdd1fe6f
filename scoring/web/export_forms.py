"""The forms of exports."""

from collections.abc import Sequence
from typing import Any

from django import forms

from crm.exports.columns import Column
from crm.web.forms import PageForm
from customers.models.consent import ConsentChannel

KINDS = (("csv", "CSV"), ("xlsx", "Excel (XLSX)"))


class ExportForm(PageForm):
    """Which columns, and which kind of file."""

    columns = forms.MultipleChoiceField(label="Columns", widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(label="File", choices=KINDS, initial="csv", widget=forms.RadioSelect)

    def __init__(self, *args: Any, known: dict[str, Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["columns"]
        field.choices = [(name, column.title) for name, column in known.items()]


class MarketingFilterForm(PageForm):
    """Whom the marketing export holds."""

    segment = forms.ChoiceField(label="Segment", required=False)
    channel = forms.ChoiceField(
        label="Who agreed to",
        required=False,
        choices=(("", "Everybody, agreed or not"), *ConsentChannel.choices),
    )

    def __init__(self, *args: Any, segments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["segment"]
        field.choices = [("", "All customers"), *segments]
