"""Columns, stacked where there are several series; what is below zero hangs down."""

from dataclasses import dataclass

from scoring.web.charts.axis import (
    BOTTOM,
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
from scoring.web.charts.chart_data import ChartData, Number

FILLED = 0.72  # of a column's share of the width; the rest is the gap
WIDEST = 9.0  # percent; few columns are no blocks


@dataclass(frozen=True)
class Block:
    """A piece of a column: lengths ready for SVG, and the words that appear over it."""

    x: str
    y: str
    width: str
    height: str
    tone: str
    tip: str


@dataclass(frozen=True)
class Columns:
    """A drawing for `scoring/charts/columns.html`."""

    data: ChartData
    height: int
    ticks: list[Tick]
    labels: list[Label]
    blocks: list[Block]
    zero: str


def draw_columns(data: ChartData) -> Columns:
    """The geometry of a column chart."""
    highest: Number = 0
    lowest: Number = 0
    for index in range(len(data.labels)):
        values = [series.values[index] for series in data.series]
        highest = max(highest, sum(value for value in values if value > 0))
        lowest = min(lowest, sum(value for value in values if value < 0))
    steps = round_steps(lowest, highest)
    share = WIDTH / max(1, len(data.labels))
    centres = [LEFT + share * (index + 0.5) for index in range(len(data.labels))]
    width = min(share * FILLED, WIDEST)
    blocks = []
    for index, label in enumerate(data.labels):
        above: Number = 0
        below: Number = 0
        for series in data.series:
            value = series.values[index]
            if not value:
                continue
            base = above if value > 0 else below
            top, foot = sorted((height_of(base + value, steps), height_of(base, steps)))
            if value > 0:
                above = base + value
            else:
                below = base + value
            blocks.append(
                Block(
                    x=percent(centres[index] - width / 2),
                    y=pixels(top),
                    width=percent(width),
                    height=pixels(max(foot - top, 1)),
                    tone=series.tone,
                    tip=f"{label}, {series.name}: {data.write(value)}",
                )
            )
    return Columns(
        data=data,
        height=HEIGHT,
        ticks=[Tick(pixels(height_of(step, steps)), data.write(step)) for step in steps],
        labels=labels_below(data.labels, centres),
        blocks=blocks,
        zero=pixels(height_of(0, steps) if steps else BOTTOM),
    )
