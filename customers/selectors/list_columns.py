"""Columns that other apps add to the list of customers: each registers in `AppConfig.ready()`.

A provider is asked once a page, so the cost of a page does not grow with its rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from crm.actors import Actor


class ColumnProvider(Protocol):
    """Reads what a column shows of these customers; who is missing gets an empty cell."""

    def __call__(self, *, actor: Actor, customer_ids: Sequence[UUID]) -> Mapping[UUID, Any]: ...


@dataclass(frozen=True)
class Column:
    """One more column; `template` draws a cell from its variable `cell`."""

    heading: str
    template: str
    provider: ColumnProvider


@dataclass(frozen=True)
class Cell:
    """What a column says of one customer, ready to be drawn."""

    column: Column
    content: Any


_columns: dict[str, Column] = {}


def register_list_column(heading: str, template: str, provider: ColumnProvider) -> None:
    """Add a column to the list, behind those that are there."""
    _columns[heading] = Column(heading, template, provider)


def list_columns() -> list[Column]:
    """All that were registered."""
    return list(_columns.values())


def list_cells(*, actor: Actor, customer_ids: Sequence[UUID]) -> dict[UUID, list[Cell]]:
    """For each customer a cell a column."""
    cells: dict[UUID, list[Cell]] = {customer_id: [] for customer_id in customer_ids}
    for column in list_columns():
        found = column.provider(actor=actor, customer_ids=customer_ids)
        for customer_id in customer_ids:
            cells[customer_id].append(Cell(column, found.get(customer_id)))
    return cells
