"""Cells that a spreadsheet would run."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def formula_safe(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell
