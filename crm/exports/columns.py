"""What an export shows: closed lists of columns, from which people choose."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.errors import InvalidInput


@dataclass(frozen=True)
class Column:
    """One column: its title, and what it shows of a row."""

    title: str
    value: Callable[[Any], Any]


def chosen_columns(columns: Mapping[str, Column], names: Sequence[str]) -> list[Column]:
    """The columns of these names, in this order; all of them where none is named.

    Raises InvalidInput at `columns` for a name that is not on the list or comes twice.
    """
    if not names:
        return list(columns.values())
    if len(set(names)) < len(names) or not set(names) <= set(columns):
        raise InvalidInput.field("columns", f"Choose each column once, from: {', '.join(columns)}.")
    return [columns[name] for name in names]
