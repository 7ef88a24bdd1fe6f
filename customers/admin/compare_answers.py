"""What an admin chose on the compare page, as the browser sends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict

from crm.identifiers.text import clean_text
from customers.admin.pages import ids_in

MOST_READ = 60  # more records than a merge takes are not read at all; the service says so
LONGEST_REASON = 500
FIELD, SOLVE, VERSION = "field.", "solve.", "version."


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The records, and what was decided about them; empty where nothing was said."""

    customer_ids: Sequence[UUID]
    survivor_id: UUID | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    solutions: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[UUID, int] = field(default_factory=dict)
    reason: str = ""


def read_answers(data: QueryDict) -> Answers:
    """Read a form or a query; NotFound where an id is none."""
    survivor = ids_in([data.get("survivor", "")])
    versions = _beginning(data, VERSION)
    return Answers(
        customer_ids=ids_in(data.getlist("customer")[:MOST_READ]),
        survivor_id=survivor[0] if survivor else None,
        choices=_beginning(data, FIELD),
        solutions=_beginning(data, SOLVE),
        versions={
            ids_in([text])[0]: int(number)
            for text, number in versions.items()
            if text and number.isdecimal()
        },
        reason=clean_text(data.get("reason", ""))[:LONGEST_REASON],
    )


def _beginning(data: QueryDict, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): clean_text(str(value))
        for name, value in data.items()
        if name.startswith(prefix) and value
    }
