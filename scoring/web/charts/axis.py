"""Where values and labels stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from scoring.web.charts.chart_data import Number

HEIGHT = 224
TOP = 18
BOTTOM = 200
# Room at both edges, so that the first and the last mark are whole.
LEFT, WIDTH = 1.0, 98.0
ROUND = ("1", "2", "2.5", "5", "10")


@dataclass(frozen=True)
class Tick:
    """A line across the chart: its height in pixels and what it says."""

    y: str
    label: str


@dataclass(frozen=True)
class Label:
    """A word below the chart; the minor ones give way where there is little room."""

    x: str
    text: str
    anchor: str
    minor: bool


def percent(value: float) -> str:
    """A length in percent, as short as it can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def pixels(value: float) -> str:
    """A length in pixels."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def round_steps(lowest: Number, highest: Number, *, most: int = 4) -> list[Decimal]:
    """Round numbers from at most `lowest` to at least `highest`: 0, 50, 100; never one alone."""
    # In decimals: a cent below twenty million must not vanish in a float's rounding.
    low, high = min(Decimal(str(lowest)), Decimal(0)), max(Decimal(str(highest)), Decimal(0))
    if high == low:
        high = Decimal(1)
    rough = (high - low) / most
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(one for each in ROUND if (one := Decimal(each) * power) >= rough)
    if step < 1 and high >= 1:
        step = Decimal(1)
    first, last = floor(low / step), ceil(high / step)
    return [number * step for number in range(first, last + 1)]


def height_of(value: Number, steps: Sequence[Decimal]) -> float:
    """The pixel line on which a value stands between the first step and the last."""
    low, high = float(steps[0]), float(steps[-1])
    return BOTTOM - (float(value) - low) / (high - low) * (BOTTOM - TOP)


def labels_below(texts: Sequence[str], centres: Sequence[float], *, most: int = 8) -> list[Label]:
    """At most `most` of the labels, evenly spread; every other one is minor."""
    every = max(1, ceil(len(texts) / most))
    shown = list(range(0, len(texts), every))
    labels = []
    for place, index in enumerate(shown):
        anchor = "start" if centres[index] < 4 else "end" if centres[index] > 96 else "middle"
        minor = len(shown) > 4 and place % 2 == 1
        labels.append(Label(percent(centres[index]), texts[index], anchor, minor))
    return labels
