"""What became of the rows of an import."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class RowOutcome(StrEnum):
    """Each row ends as exactly one of these."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something that a person should look at: row and column as a spreadsheet shows them."""

    row: int
    column: str
    outcome: RowOutcome
    message: str
    was_entered: bool
    sort: str = "validation"  # or duplicate, doubtful, source_not_found, database_error


@dataclass
class ImportReport:
    """The sums, and a remark for each thing to look at. Remarks repeat no cell's text.

    `entered` counts the doubtful and bad rows of which something was nevertheless entered: a
    relative with a shared number, a person without the one bad cell. `stopped` says why the file
    could not be read to its end, if so.
    """

    rows: int = 0
    outcomes: Counter[RowOutcome] = field(default_factory=Counter)
    entered: Counter[RowOutcome] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    stopped: str = ""
    is_dry_run: bool = False

    @property
    def new(self) -> int:
        """Rows that became a new customer, without any doubt."""
        return self.outcomes[RowOutcome.NEW]

    @property
    def updated(self) -> int:
        """Rows that gave a known customer something they lacked."""
        return self.outcomes[RowOutcome.UPDATED]

    @property
    def unchanged(self) -> int:
        """Rows of which everything was known."""
        return self.outcomes[RowOutcome.UNCHANGED]

    @property
    def doubtful(self) -> int:
        """Rows whose phone or e-mail is somebody else's too."""
        return self.outcomes[RowOutcome.DOUBTFUL]

    @property
    def bad(self) -> int:
        """Rows with a cell, or as a whole, that cannot be kept."""
        return self.outcomes[RowOutcome.BAD]

    def sums(self) -> dict[str, int]:
        """The numbers, as the audit trail keeps them."""
        return {"rows": self.rows, **{one.value: self.outcomes[one] for one in RowOutcome}}
