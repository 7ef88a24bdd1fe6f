"""Rows whose cells do not fit the header."""

import pytest

from crm.tabular.records import Record
from crm.tabular.shape import shape_problem

HEADERS = ["Order", "Name", "Paid"]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        (["1", "Ana"], "Paid", "too_few_cells"),
        (["1", "Ana", "2", "3"], "Paid", "too_many_cells"),
        (["1", "Ana\n2,Ben,3"], "", "quote_not_closed"),
    ],
)
def test_a_misfit_names_its_column(cells: list[str], column: str, code: str) -> None:
    problem = shape_problem(Record(2, cells), HEADERS)
    assert problem is not None
    assert (problem.column, problem.code) == (column, code)


@pytest.mark.parametrize("cells", [["1", "Ana", "2"], ["1", "Ana", "2", "", " "]])
def test_empty_cells_beyond_the_header_do_no_harm(cells: list[str]) -> None:
    assert shape_problem(Record(2, cells), HEADERS) is None


def test_a_row_that_could_not_be_told_apart() -> None:
    problem = shape_problem(Record(2, [], is_broken=True), HEADERS)
    assert problem is not None
    assert problem.code == "quote_not_closed"
