"""Whether the cells of a row can be put under the headers."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.tabular.records import Record


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """Why they cannot: the header to point at (empty for the row as a whole), and what to do.

    Codes: quote_not_closed, too_many_cells, too_few_cells.
    """

    column: str
    code: str
    message: str


def shape_problem(record: Record, headers: Sequence[str]) -> ShapeProblem | None:
    """What is wrong with the row as a whole; None where each header has its cell."""
    expected, found = len(headers), len(record.cells)
    spilled = any(cell.strip() for cell in record.cells[expected:])
    if not record.is_broken and found >= expected and not spilled:
        return None
    if record.is_broken or any("\n" in cell or "\r" in cell for cell in record.cells[-1:]):
        return ShapeProblem(
            "",
            "quote_not_closed",
            "A quotation mark is opened in this row and not closed, so this row and those "
            "after it can't be told apart.",
        )
    if spilled:
        last = headers[-1]
        return ShapeProblem(
            last,
            "too_many_cells",
            f"The row has {found} cells, the header {expected}: there is text beyond the last "
            f"column, “{last}”. A cell that holds the delimiter needs quotation marks.",
        )
    missing = headers[found]
    return ShapeProblem(
        missing,
        "too_few_cells",
        f"The row has {found} cells, the header {expected}: it ends before “{missing}”.",
    )
