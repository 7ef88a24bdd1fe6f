"""What every form of the pages has in common."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from crm.errors import CrmError

# Stands where the text held something that cannot be stored or shown.
REPLACEMENT = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def refuse_damaged_text(text: str) -> None:
    """A validator: the text held a NUL, half a character or bytes that are no text."""
    if REPLACEMENT in text:
        raise ValidationError(
            f"This holds a character that cannot be kept (shown as {REPLACEMENT}). Take it out.",
            code="damaged_text",
        )


def showable(data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Form data whose unstorable characters are visible marks, so that nothing typed is lost."""
    if not isinstance(data, QueryDict):
        return data
    shown = data.copy()
    for name, values in data.lists():
        shown.setlist(name, [_UNSTORABLE.sub(REPLACEMENT, str(value)) for value in values])
    return shown


class TextField(forms.CharField):
    """Text that the database can keep."""

    default_validators = [refuse_damaged_text]


class LongTextField(TextField):
    """Text of several lines."""

    widget = forms.Textarea(attrs={"rows": 4})


class PhoneField(TextField):
    """A phone as somebody says it; the service reads it with the branch's country."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "off"}
        widget = forms.TextInput(attrs={"type": "tel", **attrs})
        super().__init__(**{"label": "Phone", "max_length": 60, "widget": widget, **kwargs})


class EmailTextField(TextField):
    """An e-mail as it is typed; the service reads it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"})
        super().__init__(**{"label": "E-mail", "max_length": 254, "widget": widget, **kwargs})


class PageForm(forms.Form):
    """A form of a page: it keeps what was typed and shows a service's error at its field."""

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data=showable(data), **kwargs)

    def add_service_error(self, error: CrmError, names: Mapping[str, str] | None = None) -> None:
        """Show what the service said; `names` maps its field names to those of this form."""
        placed = False
        for name, message in error.fields.items():
            field = (names or {}).get(name, name)
            self.add_error(field if field in self.fields else None, message)
            placed = True
        if not placed:
            self.add_error(None, error.message)
