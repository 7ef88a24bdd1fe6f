"""What a chart shows, before anything is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = int | Decimal


def whole(value: Number) -> str:
    """A count or an amount without its cents: 12,345."""
    return f"{value:,.0f}"


@dataclass(frozen=True, kw_only=True)
class Series:
    """One row of values; `tone` names its colour in charts.css (`series-<tone>`)."""

    name: str
    tone: str
    values: Sequence[Number]


@dataclass(frozen=True, kw_only=True)
class ChartData:
    """Values over labels. Each series has one value a label (ValueError otherwise).

    `key` is unique on its page: the ids of the drawing begin with it.
    """

    key: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    label_heading: str = "Month"
    write: Callable[[Number], str] = whole

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(f"{series.name}: one value for each label is needed")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but zeros."""
        return not any(value for series in self.series for value in series.values)

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The same as a table: label, then a text for each series."""
        return [
            (label, [self.write(series.values[index]) for series in self.series])
            for index, label in enumerate(self.labels)
        ]

    @property
    def description(self) -> str:
        """What somebody who does not see the chart is told."""
        if not self.labels or self.is_empty:
            return "Nothing to show yet."
        parts = [
            f"{series.name}: from {self.write(series.values[0])} in {self.labels[0]} to "
            f"{self.write(series.values[-1])} in {self.labels[-1]}, at most "
            f"{self.write(max(series.values))}"
            for series in self.series
        ]
        return "; ".join(parts) + "."
