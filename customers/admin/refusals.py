"""What the pages say when a merge, an undo or a decision is refused: why, and what to do now."""

from dataclasses import dataclass

from django.urls import reverse

from crm.errors import CrmError

_ADVICE = {
    "stale": "Somebody changed a record while this page was open. The page now shows the records "
    "as they are: look again, then merge.",
    "stale_version": "Somebody changed a record while this page was open. The page now shows the "
    "records as they are: look again, then merge.",
    "merged": "Open the record that it became part of, and merge with that one if it is needed.",
    "deleted": "Restore the record on its card first, or leave it out.",
    "too_few": "Choose at least one other record.",
    "too_many": "Merge fifty at most, then the next ones into the survivor.",
    "same": "Choose another record to merge with.",
    "unsolved": "Answer every question under “To be solved first”, then merge.",
    "busy": "Wait a moment, then send the page again.",
    "decided": "Another admin was faster. Go on with the next pair.",
    "undone": "There is nothing left to undo.",
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refusal in words, and where to go on."""

    message: str
    code: str
    status: int
    advice: str = ""
    url: str = ""
    link: str = ""


def refusal_of(error: CrmError) -> Refusal:
    """The error of a service as the page shows it; names and values stay out of it."""
    survivor = error.details.get("merged_into")
    return Refusal(
        message=error.message,
        code=error.code,
        status=error.status,
        advice=_ADVICE.get(error.code, ""),
        url=reverse("customers:card", args=[survivor]) if survivor else "",
        link="Open the record it is part of" if survivor else "",
    )
