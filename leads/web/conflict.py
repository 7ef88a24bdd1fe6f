"""Somebody else saved the lead first: what the page shows, and the form that saves over it."""

from typing import Any

from crm.errors import StaleVersion
from crm.web.forms import PageForm

LABELS = {"source_id": "Source"}


def rows_of(form: PageForm, error: StaleVersion) -> dict[str, Any]:
    """The fields that were asked for, as typed and as saved, for `components/conflict.html`."""
    current, yours = error.details["current"], error.details["yours"]
    rows = []
    for name, mine in yours.items():
        field = form.fields.get(name.removesuffix("_id"))
        if field is None:
            continue
        choices = {str(key): label for key, label in getattr(field, "choices", None) or ()}
        shown = [str(choices.get(str(value), value or "")) for value in (mine, current[name])]
        rows.append(
            {
                "label": field.label,
                "mine": shown[0],
                "theirs": shown[1],
                "differs": shown[0] != shown[1],
            }
        )
    return {"by": error.details["changed_by"], "rows": rows}


def bound_again(form: PageForm, error: StaleVersion) -> Any:
    """What was typed, on top of the version that is saved now: sending it again overwrites."""
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(error.details["current_version"])
    return data
