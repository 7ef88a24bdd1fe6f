"""What became of the links of an older system, and how consistent its copies were."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class LinkOutcome(StrEnum):
    """Each row ends as exactly one of these."""

    MOVED = "moved"
    UNCHANGED = "unchanged"
    REMATCHED = "re-matched"
    STALE = "stale"
    UNMATCHED = "unmatched"
    KEPT = "kept"
    DOUBLE = "double"
    BAD = "bad"


# What people are told of the outcomes that they should look at.
WORDS = {
    LinkOutcome.REMATCHED: "The linked customer is not here; found again by phone or e-mail.",
    LinkOutcome.STALE: "The linked customer is not here, and nobody was found. Not linked.",
    LinkOutcome.KEPT: "Linked to another customer here, or unlinked by a person. Left as it is.",
}


@dataclass(frozen=True, kw_only=True)
class LinkRemark:
    """Something to look at. It names fields and codes, and repeats no cell's text."""

    row: int
    what: str
    customer_code: str = ""


@dataclass
class LinkImportReport:
    """The sums. Of `profiles` in the file `linked` have a customer now; `copies` could be compared,
    and `consistent` of them say what the live customer says. `guesses` are links with a confidence
    under 1: their people confirm by phone before they change anything."""

    rows: int = 0
    profiles: int = 0
    linked: int = 0
    copies: int = 0
    consistent: int = 0
    guesses: int = 0
    outcomes: Counter[LinkOutcome] = field(default_factory=Counter)
    remarks: list[LinkRemark] = field(default_factory=list)
    is_dry_run: bool = False

    def note(self, row: int, what: str, *, customer_code: str = "") -> None:
        """Add something to look at."""
        self.remarks.append(LinkRemark(row=row, what=what, customer_code=customer_code))
