"""What people did with rows after the merge that brought them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened to a row since."""

    EDITED = "edited"
    ADDED = "added"
    DELETED = "deleted"
    MERGED_AGAIN = "merged_again"
    MOVED_ON = "moved_on"


WORDS = {
    ChangeKind.EDITED: "Changed since; the newer value stays",
    ChangeKind.ADDED: "Added since",
    ChangeKind.DELETED: "Deleted since",
    ChangeKind.MERGED_AGAIN: "Merged again since",
    ChangeKind.MOVED_ON: "Moved to somebody else since; it stays there",
}


@dataclass(kw_only=True)
class ChangeSince:
    """One row that is not as the merge left it. `options` are (value, words); without any there
    is nothing to decide."""

    relation: str
    row_id: str
    kind: ChangeKind
    words: str
    options: Sequence[tuple[str, str]] = ()
    chosen: str = ""

    @property
    def key(self) -> str:
        """How an answer names the row."""
        return f"{self.relation}:{self.row_id}"

    @property
    def kind_words(self) -> str:
        """What happened, for people."""
        return WORDS[self.kind]
