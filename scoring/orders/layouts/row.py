"""The cells of one row, read one by one; what is wrong is collected, not raised."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from crm.identifiers.text import clean_text, holds_control_characters
from scoring.orders.bad_value import BadValue, Problem
from scoring.orders.layouts.options import ReadingOptions
from scoring.orders.moments import read_moment
from scoring.orders.money import read_currency, read_money
from scoring.orders.texts import read_count, read_id, read_name, read_text, read_yes_no

Value = TypeVar("Value")


class Row:
    """One row under the columns of its layout. After reading, `problems` says what is wrong."""

    def __init__(
        self,
        number: int,
        cells: Sequence[str],
        *,
        headers: Sequence[str],
        positions: Mapping[str, int],
        options: ReadingOptions,
    ) -> None:
        self.number = number
        self.options = options
        self.problems: list[Problem] = []
        self._cells = cells
        self._headers = headers
        self._positions = positions

    @property
    def is_bad(self) -> bool:
        """Whether a cell could not be used."""
        return bool(self.problems)

    def has(self, key: str) -> bool:
        """Whether the file has the column."""
        return key in self._positions

    def cell(self, key: str) -> str:
        """The cell as it stands; empty where there is no such column."""
        position = self._positions.get(key)
        return "" if position is None else self._cells[position]

    def text(self, key: str, longest: int = 300) -> str:
        """One clean line; empty for a word that means nothing."""
        return self._read(key, lambda cell: read_text(cell, longest=longest), "")

    def name(self, key: str) -> str:
        """A person's name."""
        return self._read(key, read_name, "")

    def id(self, key: str) -> str:
        """A number or code of the platform."""
        return self._read(key, read_id, "")

    def money(self, key: str) -> Decimal | None:
        """An amount in units."""
        return self._read(key, read_money, None)

    def count(self, key: str) -> int:
        """A number of tickets."""
        return self._read(key, read_count, 0)

    def yes_no(self, key: str) -> bool | None:
        """Yes, no, or not asked."""
        return self._read(key, read_yes_no, None)

    def moment(self, key: str) -> datetime | None:
        """A moment in UTC."""
        return self._read(key, self._moment, None)

    def moment_of(self, date_key: str, time_key: str) -> datetime | None:
        """A moment whose day and time of day stand in two columns; a bad time leaves the day."""
        day, time = self.text(date_key), self.text(time_key)
        if not day:
            return None
        try:
            return self._moment(f"{day} {time}".strip())
        except BadValue:
            return self.moment(date_key)

    def currency(self, key: str) -> str:
        """The order's currency, else the one that was told for the file."""
        return self._read(key, read_currency, "") or self.options.currency

    def require(self, key: str, value: Value | None) -> Value | None:
        """The value; a problem at the column where there is none."""
        if (value is None or value == "") and not self._is_told(key):
            self.tell(key, "missing", "This cell is empty, and the order needs it.")
        return value

    def tell(self, key: str, code: str, message: str) -> None:
        """Note that something is wrong at the column."""
        position = self._positions.get(key)
        header = "" if position is None else self._headers[position]
        self.problems.append(Problem(self.number, header[:200], code, message))

    def kept(self) -> dict[str, str]:
        """The row as it came, for the record: the cells that hold something."""
        return {
            header[:100]: clean_text(cell)[:1000]
            for header, cell in zip(self._headers, self._cells, strict=False)
            if header and cell.strip()
        }

    def _moment(self, cell: str) -> datetime | None:
        return read_moment(cell, zone=self.options.zone, order=self.options.date_order)

    def _read(self, key: str, read: Callable[[Any], Value], nothing: Value) -> Value:
        cell = self.cell(key)
        if not cell:
            return nothing
        if "\ufffd" in cell:
            self.tell(key, "undecodable", "Some letters can't be read. Export the file as UTF-8.")
            return nothing
        if not cell.isprintable() and holds_control_characters(cell):
            self.tell(key, "control_characters", "This cell holds characters that can't be kept.")
            return nothing
        try:
            return read(cell)
        except BadValue as error:
            self.tell(key, error.code, error.message)
            return nothing

    def _is_told(self, key: str) -> bool:
        position = self._positions.get(key)
        header = None if position is None else self._headers[position][:200]
        return any(problem.column == header for problem in self.problems)
