"""A file of orders, opened: which report it is, and its orders one by one."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from crm.identifiers.text import clean_text
from crm.tabular.records import Record, RecordReader, detect_encoding
from crm.tabular.shape import shape_problem
from crm.tabular.unreadable import UnreadableFile
from scoring.orders.bad_value import Problem
from scoring.orders.layouts.detection import count_understood, detect_layout
from scoring.orders.layouts.layout import Layout
from scoring.orders.layouts.options import ReadingOptions
from scoring.orders.layouts.row import Row
from scoring.orders.moments import is_ambiguous
from scoring.orders.order_data import OrderData

SAMPLE_ROWS = 5
SAMPLE_DATES = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One order of the file, or what is wrong with its rows.

    `row` is where it begins, `rows` how many rows of the file it takes.
    """

    row: int
    rows: int
    order: OrderData | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A file before it is read: enough to ask for what it does not say."""

    layout: Layout
    encoding: str
    headers: list[str]
    rows: int
    sample: list[list[str]] = field(default_factory=list)
    ambiguous_dates: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    fields: frozenset[str] = frozenset()
    stopped: str = ""

    @property
    def needs_date_order(self) -> bool:
        """Whether somebody must say how the file writes its dates."""
        return bool(self.ambiguous_dates) and self.layout.date_order is None


class OrderFile:
    """The bytes of one file under its layout. Raises UnreadableFile for what is no such file."""

    def __init__(self, content: bytes, *, layout: str = "") -> None:
        self._content = content
        self.encoding = detect_encoding(io.BytesIO(content))
        first = next(iter(self._records()), None)
        if first is None or first.is_broken:
            raise UnreadableFile("unknown_header", "The first row can't be read as column names.")
        self.headers = [clean_text(cell)[:200] for cell in first.cells]
        self.layout = detect_layout(self.headers, chosen=layout)
        self._positions = self.layout.columns.positions(self.headers)

    def overview(self) -> Overview:
        """What there is to see before reading: samples, dates in doubt, how many rows."""
        dates = [self._positions[key] for key in self.layout.dates if key in self._positions]
        sample: list[list[str]] = []
        doubtful: dict[str, None] = {}
        rows, stopped = 0, ""
        try:
            for record in self._rows():
                rows += 1
                if len(sample) < SAMPLE_ROWS:
                    sample.append([clean_text(cell)[:80] for cell in record.cells])
                if len(doubtful) < SAMPLE_DATES:
                    cells = [record.cells[at] for at in dates if at < len(record.cells)]
                    doubtful |= dict.fromkeys(clean_text(one) for one in cells if is_ambiguous(one))
        except UnreadableFile as error:
            stopped = error.message
        return Overview(
            layout=self.layout,
            encoding=self.encoding,
            headers=self.headers,
            rows=rows,
            sample=sample,
            ambiguous_dates=list(doubtful)[:SAMPLE_DATES],
            ignored=self._ignored(),
            fields=frozenset(self._positions),
            stopped=stopped,
        )

    def entries(self, options: ReadingOptions) -> Iterator[Entry]:
        """The orders, always in the same sequence: that of their first rows."""
        told = replace(options, date_order=options.date_order or self.layout.date_order)
        groups = self._grouped(told) if self.layout.group_by else self._single(told)
        for rows in groups:
            yield self._entry(rows)

    def _entry(self, rows: list[Row]) -> Entry:
        readable = not any(row.is_bad for row in rows)
        order = self.layout.read(rows) if readable else None
        problems = tuple(problem for row in rows for problem in row.problems)
        return Entry(rows[0].number, len(rows), None if problems else order, problems)

    def _single(self, options: ReadingOptions) -> Iterator[list[Row]]:
        for record in self._rows():
            yield [self._row(record, options)]

    def _grouped(self, options: ReadingOptions) -> Iterator[list[Row]]:
        """Rows of one order together; a row whose order is not known stands alone."""
        groups: dict[object, list[Row]] = {}
        for record in self._rows():
            row = self._row(record, options)
            key = clean_text(row.cell(self.layout.group_by)) or record.row_number
            groups.setdefault(key, []).append(row)
        yield from groups.values()

    def _row(self, record: Record, options: ReadingOptions) -> Row:
        lacking = len(self.headers) - len(record.cells)
        row = Row(
            record.row_number,
            record.cells + [""] * lacking if lacking > 0 else record.cells,
            headers=self.headers,
            positions=self._positions,
            options=options,
        )
        misfit = shape_problem(record, self.headers)
        if misfit is not None:
            row.problems.append(
                Problem(record.row_number, misfit.column, misfit.code, misfit.message)
            )
        return row

    def _rows(self) -> Iterator[Record]:
        return islice(iter(self._records()), 1, None)

    def _records(self) -> RecordReader:
        return RecordReader(io.BytesIO(self._content), self.encoding, count_understood)

    def _ignored(self) -> list[str]:
        used = set(self._positions.values())
        return [name for at, name in enumerate(self.headers) if name and at not in used]
