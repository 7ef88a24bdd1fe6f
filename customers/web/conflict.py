"""Somebody else saved the customer first: both versions side by side, to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from customers.models import Customer
from customers.web.customer_forms import CUSTOMER_FIELDS, EditCustomerForm

KEEP = "keep_"


@dataclass(frozen=True)
class Row:
    """One field that differs. Where `is_mine`, the person changed it and must choose."""

    name: str
    label: str
    mine: str
    theirs: str
    is_mine: bool


@dataclass(frozen=True)
class Clash:
    """What the page shows above the form that came back."""

    by: str
    rows: Sequence[Row]


def kept_theirs(form: EditCustomerForm) -> set[str]:
    """The fields at which the person chose the saved version."""
    return {name for name in CUSTOMER_FIELDS if form.data.get(f"{KEEP}{name}") == "theirs"}


def form_after(
    form: EditCustomerForm, saved: Customer, *, by: str
) -> tuple[EditCustomerForm, Clash]:
    """The form as it comes back: opened with what is saved now, the person's own changes kept."""
    touched = set(form.changed_data)
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(saved.version)
    rows = []
    for name in CUSTOMER_FIELDS:
        theirs, mine = _text(getattr(saved, name)), str(data.get(name, ""))
        before = str(data.get(f"initial-{name}", ""))
        data[f"initial-{name}"] = theirs
        if name not in touched:
            data[name] = theirs
        if theirs != (mine if name in touched else before):
            rows.append(
                Row(
                    name=name,
                    label=str(form.fields[name].label),
                    mine=_shown(form, name, mine),
                    theirs=_shown(form, name, theirs),
                    is_mine=name in touched,
                )
            )
    again = EditCustomerForm(data, languages=form.languages, initial={"language": data["language"]})
    again.is_valid()
    return again, Clash(by=by, rows=rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(form: EditCustomerForm, name: str, text: str) -> str:
    choices = dict(getattr(form.fields[name], "choices", []) or [])
    return str(choices.get(text, text))
