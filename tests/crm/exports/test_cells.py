"""A cell that we write is never run by a spreadsheet."""

import pytest

from crm.exports.cells import neutral


@pytest.mark.parametrize(
    "cell", ["=1+1", "+61412", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]
)
def test_what_starts_a_formula_is_text(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ana", "1-1", "a=b"])
def test_other_cells_stay(cell: str) -> None:
    assert neutral(cell) == cell
