"""The RFM heat map: five by five cells, each with its shade."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from scoring.selectors.distribution import POINTS, Distribution, Share

SHADES = 6  # heat-0 (nobody) to heat-6 in charts.css


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Customers with these points; `shade` grows with their number."""

    recency: int
    frequency: int
    share: Share
    shade: int


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """The cells of one number of recency points, frequency rising."""

    recency: int
    cells: Sequence[Cell]


def heat_rows(found: Distribution) -> list[HeatRow]:
    """Best recency on top; shades follow the logarithm, because a few cells hold nearly all."""
    most = max((share.customers for share in found.cells.values()), default=0)
    return [
        HeatRow(
            recency=recency,
            cells=[
                Cell(
                    recency=recency,
                    frequency=frequency,
                    share=found.cells[recency, frequency],
                    shade=shade_of(found.cells[recency, frequency].customers, most),
                )
                for frequency in POINTS
            ],
        )
        for recency in reversed(POINTS)
    ]


def shade_of(customers: int, most: int) -> int:
    """0 for nobody, else 1 to SHADES."""
    if not customers:
        return 0
    return max(1, round(SHADES * log(1 + customers) / log(1 + most)))
