"""The forms of order imports: the file, and what it does not say."""

import zoneinfo
from datetime import datetime
from typing import Any

from django import forms

from crm.models import Company
from crm.services.file_imports import LARGEST_FILE
from crm.tabular.date_order import DateOrder
from crm.web.forms import PageForm, TextField
from scoring.orders.bad_value import BadValue
from scoring.orders.layouts.detection import LAYOUTS
from scoring.orders.layouts.reading import Overview
from scoring.orders.moments import read_moment
from scoring.services.import_options import DATE_ORDERS, ImportOptions

TOO_LARGE = "The file is larger than 25 MB. Export fewer orders, or split the file."


class UploadForm(PageForm):
    """One file."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        help_text="CSV, at most 25 MB.",
        error_messages={
            "required": "Choose a file.",
            "missing": "Choose a file.",
            "invalid": "Choose a file.",
        },
    )

    def clean_file(self) -> Any:
        """Refuse a large file before anybody reads it into memory."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(TOO_LARGE, code="too_large")
        return file


class OptionsForm(PageForm):
    """How to read the file; what nothing depends on is not asked."""

    layout = forms.ChoiceField(
        label="Kind of file",
        required=False,
        choices=[(layout.name, layout.label) for layout in LAYOUTS.values()],
    )
    platform = TextField(
        label="Platform",
        max_length=40,
        required=False,
        help_text="Where the orders were sold, such as box office.",
    )
    date_order = forms.ChoiceField(
        label="Which is the day?",
        required=False,
        widget=forms.RadioSelect,
        choices=(("day_first", "D/M/Y: the day first"), ("month_first", "M/D/Y: the month first")),
    )
    currency = TextField(label="Currency of orders that name none", max_length=3)
    zone = forms.ChoiceField(label="Time zone of times without one")
    region = TextField(label="Country of phones without one", max_length=2)
    reported_at = forms.DateTimeField(
        label="When was the report made?",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}),
        help_text="The file then counts as news of that moment. Empty: as of each order's own day.",
    )
    again = forms.BooleanField(label="Import this file again", required=False)

    def __init__(self, *args: Any, company: Company, overview: Overview | None, **kwargs: Any):
        initial = {
            "currency": company.currency,
            "zone": company.time_zone,
            "region": company.default_region,
            "layout": overview.layout.name if overview else "",
        }
        super().__init__(*args, initial=initial, **kwargs)
        zone: Any = self.fields["zone"]
        zone.choices = [(name, name) for name in sorted(zoneinfo.available_timezones())]
        if overview is None:
            return
        if overview.layout.platform:
            del self.fields["platform"]
        else:
            self.fields["platform"].required = "platform" not in overview.fields
        if not overview.ambiguous_dates:
            del self.fields["date_order"]
        else:
            self.fields["date_order"].required = overview.needs_date_order
            default = overview.layout.date_order
            self.initial["date_order"] = next(
                (name for name, order in DATE_ORDERS.items() if order is default), None
            )

    def options(self) -> ImportOptions:
        """What the service takes."""
        typed = self.cleaned_data
        return ImportOptions(
            platform=typed.get("platform", ""),
            date_order=typed.get("date_order", ""),
            zone=typed["zone"],
            currency=typed["currency"],
            region=typed["region"],
            reported_at=typed["reported_at"],
        )


def both_readings(overview: Overview) -> list[dict[str, str]]:
    """Some of the file's dates, read both ways."""
    return [
        {
            "text": text,
            "day_first": _day(text, DateOrder.DAY_FIRST),
            "month_first": _day(text, DateOrder.MONTH_FIRST),
        }
        for text in overview.ambiguous_dates
    ]


def _day(text: str, order: DateOrder) -> str:
    try:
        moment: datetime | None = read_moment(text, zone=zoneinfo.ZoneInfo("UTC"), order=order)
    except BadValue:
        return "no such day"
    return f"{moment:%-d %B %Y}" if moment else ""
