"""The forms of imports of people: the file, what its columns hold, and what it does not say."""

from typing import Any

from django import forms

from crm.actors import Actor
from crm.services.file_imports import LARGEST_FILE
from crm.web.forms import PageForm, TextField
from customers.contact_files.headers import CHOICES, Column, Part
from customers.models import ContactImport
from customers.selectors.contact_imports import ContactOverview
from customers.services.contact_import.kinds import ImportKind, all_kinds
from customers.services.contact_imports import ContactOptions

TOO_LARGE = "The file is larger than 25 MB. Split it."
AS_RECOGNISED = ""


class UploadForm(PageForm):
    """One file, and what it holds."""

    kind = forms.ChoiceField(label="What does it hold?", widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.vcf"}),
        help_text="CSV, Excel (XLSX) or vCard, at most 25 MB.",
        error_messages={
            "required": "Choose a file.",
            "missing": "Choose a file.",
            "invalid": "Choose a file.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"kind": "customers"}, **kwargs})
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind.name, kind.title) for kind in all_kinds()]

    def clean_file(self) -> Any:
        """Refuse a large file before anybody reads it into memory."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(TOO_LARGE, code="too_large")
        return file


class ReadingForm(PageForm):
    """How to read the file: a choice for each column, and what the kind of import asks."""

    region = TextField(label="Country of phones without one", max_length=2)
    date_order = forms.ChoiceField(
        label="How are birthdays written?",
        required=False,
        choices=(
            ("", "As 1990-03-14, or there are none"),
            ("day_first", "D/M/Y: the day first"),
            ("month_first", "M/D/Y: the month first"),
        ),
    )
    asks_who_is_here = forms.BooleanField(
        label="Leave out people who are probably here already",
        required=False,
        initial=True,
        help_text="Without a common phone or e-mail, by name, address and birthday. They are "
        "listed as doubtful.",
    )

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        one: ContactImport,
        kind: ImportKind,
        overview: ContactOverview,
        **kwargs: Any,
    ) -> None:
        initial = {"region": actor.company.default_region, "asks_who_is_here": True, **one.options}
        super().__init__(*args, initial=initial, **kwargs)
        self._kind = kind
        for asked in kind.options:
            choices = [*asked.choices(actor)]
            self.fields[asked.name] = forms.ChoiceField(
                label=asked.label,
                choices=choices if asked.required else [("", "None"), *choices],
                required=asked.required,
                help_text=asked.help_text,
            )
        parts = [
            (AS_RECOGNISED, "As recognised"),
            *((more.name, more.title) for more in kind.more),
            *((part.name, part.value.capitalize()) for part in CHOICES),
        ]
        self._columns = list(overview.columns)
        for column in self._columns:
            self.fields[_name(column)] = forms.ChoiceField(
                label=column.header or f"Column {column.position + 1}",
                choices=parts,
                required=False,
                initial=one.columns.get(str(column.position), AS_RECOGNISED),
            )

    @property
    def of_columns(self) -> list[tuple[Column, str, Any]]:
        """Each column, what it is taken for, and its field."""
        return [
            (column, _taken_for(column, self._kind), self[_name(column)])
            for column in self._columns
        ]

    @property
    def of_kind(self) -> list[Any]:
        """The fields that the kind asks."""
        return [self[asked.name] for asked in self._kind.options]

    def options(self) -> ContactOptions:
        """What the service takes."""
        typed = self.cleaned_data
        chosen = {column.position: typed[_name(column)] for column in self._columns}
        return ContactOptions(
            columns={position: choice for position, choice in chosen.items() if choice},
            region=typed["region"],
            date_order=typed["date_order"],
            asks_who_is_here=typed["asks_who_is_here"],
            of_kind={asked.name: typed[asked.name] for asked in self._kind.options},
        )


def _name(column: Column) -> str:
    return f"column_{column.position}"


def _taken_for(column: Column, kind: ImportKind) -> str:
    if column.part is Part.MORE:
        return next((more.title for more in kind.more if more.name == column.label), "")
    return column.part.value.capitalize()
