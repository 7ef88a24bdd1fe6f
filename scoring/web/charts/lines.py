"""Lines over time, large with axes or small beside a number."""

from dataclasses import dataclass
from itertools import pairwise

from scoring.web.charts.axis import (
    HEIGHT,
    LEFT,
    WIDTH,
    Label,
    Tick,
    height_of,
    labels_below,
    percent,
    pixels,
    round_steps,
)
from scoring.web.charts.chart_data import ChartData, Number, Series

SMALL_HEIGHT = 40
SMALL_EDGE = 4


@dataclass(frozen=True)
class Segment:
    """A straight piece between two points."""

    x1: str
    y1: str
    x2: str
    y2: str
    tone: str


@dataclass(frozen=True)
class Point:
    """A value, with the words that appear over it."""

    x: str
    y: str
    tone: str
    tip: str


@dataclass(frozen=True)
class Lines:
    """A drawing for `scoring/charts/lines.html`."""

    data: ChartData
    height: int
    ticks: list[Tick]
    labels: list[Label]
    segments: list[Segment]
    points: list[Point]


@dataclass(frozen=True)
class SmallLine:
    """A drawing for `scoring/charts/small_line.html`; the number beside it says the rest."""

    height: int
    segments: list[Segment]


def draw_lines(data: ChartData) -> Lines:
    """The geometry of a line chart; it begins at zero, so that heights may be compared."""
    values = [value for series in data.series for value in series.values]
    steps = round_steps(min(values, default=0), max(values, default=0))
    across = _across(len(data.labels))
    segments, points = [], []
    for series in data.series:
        heights = [height_of(value, steps) for value in series.values]
        segments += _joined(across, heights, series.tone)
        points += [
            Point(
                percent(x), pixels(y), series.tone, f"{label}, {series.name}: {data.write(value)}"
            )
            for x, y, label, value in zip(across, heights, data.labels, series.values, strict=True)
        ]
    return Lines(
        data=data,
        height=HEIGHT,
        ticks=[Tick(pixels(height_of(step, steps)), data.write(step)) for step in steps],
        labels=labels_below(data.labels, across),
        segments=segments,
        points=points,
    )


def draw_small_line(series: Series) -> SmallLine:
    """The course of one series between its own lowest and highest value."""
    lowest: Number = min(series.values, default=0)
    highest: Number = max(series.values, default=0)
    room = SMALL_HEIGHT - 2 * SMALL_EDGE
    spread = float(highest - lowest)
    heights = [
        SMALL_EDGE + room * (1 - (float(value - lowest) / spread if spread else 0.5))
        for value in series.values
    ]
    return SmallLine(SMALL_HEIGHT, _joined(_across(len(heights)), heights, series.tone))


def _across(count: int) -> list[float]:
    if count == 1:
        return [LEFT + WIDTH / 2]
    return [LEFT + WIDTH * index / (count - 1) for index in range(count)]


def _joined(across: list[float], heights: list[float], tone: str) -> list[Segment]:
    places = list(zip(across, heights, strict=True))
    return [
        Segment(percent(x1), pixels(y1), percent(x2), pixels(y2), tone)
        for (x1, y1), (x2, y2) in pairwise(places)
    ]
