"""The rows of one relation that an undoing gives back, before they are written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from customers.merging.relations import Relation
from customers.merging.unwinding import HOLDER, Row


@dataclass(kw_only=True)
class ReturningRows:
    """Rows by the text of their id: as they are, and as they will be.

    `current` lacks the rows that are inserted again. `is_live` says of each record concerned, by
    the text of its id, whether it is alive when all is done. `covered` collects what could not be
    put back because it would contradict something newer.
    """

    relation: Relation
    is_live: Mapping[str, bool]
    current: dict[str, Row] = field(default_factory=dict)
    final: dict[str, Row] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)

    def changed(self) -> Iterator[dict[str, Any]]:
        """Rows that are there: their id and the columns to set."""
        for row_id, row in self.final.items():
            before = self.current.get(row_id)
            if before is None:
                continue
            new = {name: value for name, value in row.items() if before.get(name) != value}
            if new:
                yield {"id": row["id"], **new}

    def inserted(self) -> list[Row]:
        """Rows that come into the table again."""
        return [row for row_id, row in self.final.items() if row_id not in self.current]

    def holder(self, row_id: str) -> str:
        """Whose the row will be."""
        return str(self.final[row_id][HOLDER])
