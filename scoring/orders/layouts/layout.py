"""What every report has in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm.tabular.date_order import DateOrder
from scoring.orders.layouts.columns import ColumnSet
from scoring.orders.layouts.row import Row
from scoring.orders.order_data import OrderData

# One order from its rows; None when a row has problems.
ReadOrder = Callable[[Sequence[Row]], OrderData | None]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A kind of file.

    `signature` are the fields that no other report has together. `dates` are the columns that may
    hold dates, `date_order` how the program always writes them (None: to be told). Rows with the
    same `group_by` are one order, wherever in the file they stand; empty: each row is one.
    """

    name: str
    label: str
    platform: str
    columns: ColumnSet
    signature: tuple[str, ...]
    dates: tuple[str, ...]
    read: ReadOrder
    date_order: DateOrder | None = None
    group_by: str = ""
    names_currency: bool = False
