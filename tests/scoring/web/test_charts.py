"""Charts: round axes, columns that add up, drawings without inline style, words for everybody."""

import xml.etree.ElementTree as ElementTree
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from scoring.web.charts.axis import BOTTOM, TOP, labels_below, round_steps
from scoring.web.charts.chart_data import ChartData, Series
from scoring.web.charts.columns import draw_columns
from scoring.web.charts.lines import draw_lines, draw_small_line

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ["Aug 2026", "Sep 2026", "Oct 2026"]


def revenue() -> ChartData:
    return ChartData(
        key="revenue",
        title="Revenue by month <script>",
        labels=MONTHS,
        series=[
            Series(name="Humanitix", tone="one", values=[Decimal(100), Decimal(0), Decimal(50)]),
            Series(name="Eventbrite", tone="two", values=[Decimal(100), Decimal(20), Decimal(-10)]),
        ],
    )


def svg_of(html: str) -> ElementTree.Element:
    start = html.index("<svg")
    return ElementTree.fromstring(html[start : html.index("</svg>") + 6])


@pytest.mark.parametrize(
    ("lowest", "highest", "steps"),
    [
        (0, 0, ["0", "1"]),
        (0, 1, ["0", "1"]),
        (0, 3, ["0", "1", "2", "3"]),
        (0, 200, ["0", "50", "100", "150", "200"]),
        (0, 9369, ["0", "2500", "5000", "7500", "10000"]),
        (-10, 200, ["-100", "0", "100", "200"]),
        (0, Decimal("0.4"), ["0", "0.1", "0.2", "0.3", "0.4"]),
    ],
)
def test_axes_have_round_numbers(lowest: int, highest: int, steps: list[str]) -> None:
    assert [f"{step.normalize():f}" for step in round_steps(lowest, highest)] == steps


@given(
    st.decimals(-(10**9), 0, places=2),
    st.decimals(0, 10**9, places=2),
)
def test_an_axis_holds_its_values(lowest: Decimal, highest: Decimal) -> None:
    steps = round_steps(lowest, highest)
    assert steps[0] <= lowest
    assert steps[-1] >= highest
    assert 2 <= len(steps) <= 7
    assert 0 in steps


def test_columns_stack() -> None:
    blocks = draw_columns(revenue()).blocks
    first, second = blocks[0], blocks[1]
    assert first.x == second.x
    assert float(second.y) + float(second.height) == pytest.approx(float(first.y))
    # 200 is the top of the axis.
    assert float(second.y) == TOP
    below = blocks[-1]
    assert below.tip == "Oct 2026, Eventbrite: -10"
    assert float(below.y) == pytest.approx(float(draw_columns(revenue()).zero), abs=0.1)


def test_a_value_of_nothing_draws_nothing() -> None:
    assert len(draw_columns(revenue()).blocks) == 5


def test_lines_join_all_points() -> None:
    chart = draw_lines(revenue())
    assert len(chart.points) == 6
    assert len(chart.segments) == 4
    assert (chart.segments[0].x1, chart.segments[0].x2) == ("1%", "50%")


def test_a_small_line_uses_its_height() -> None:
    line = draw_small_line(Series(name="Hot", tone="hot", values=[5, 9, 7]))
    heights = [float(one.y1) for one in line.segments] + [float(line.segments[-1].y2)]
    assert (max(heights), min(heights)) == (36, 4)
    flat = draw_small_line(Series(name="Hot", tone="hot", values=[5, 5]))
    assert flat.segments[0].y1 == flat.segments[0].y2 == "20"
    assert draw_small_line(Series(name="Hot", tone="hot", values=[])).segments == []


@pytest.mark.parametrize("kind", ["columns", "lines"])
def test_drawings_are_valid_and_have_no_inline_style(kind: str) -> None:
    chart = draw_columns(revenue()) if kind == "columns" else draw_lines(revenue())
    html = render_to_string(f"scoring/charts/{kind}.html", {"chart": chart})
    drawing = svg_of(html)
    assert "style=" not in html
    assert "<script>" not in html
    ids = {element.get("id") for element in drawing.iter() if element.get("id")}
    assert set((drawing.get("aria-labelledby") or "").split()) == ids
    assert "Humanitix: from 100 in Aug 2026 to 50 in Oct 2026, at most 100" in html
    # The table behind it tells the same.
    assert html.count("<tr>") == 1 + len(MONTHS)
    assert "-10" in html


def test_nothing_to_show() -> None:
    empty = ChartData(key="none", title="Revenue", labels=[], series=[])
    assert empty.is_empty
    assert empty.description == "Nothing to show yet."
    assert draw_columns(empty).blocks == []
    assert draw_lines(empty).points == []


def test_labels_give_way() -> None:
    labels = labels_below([str(number) for number in range(90)], list(range(90)))
    assert len(labels) <= 8
    assert [label.minor for label in labels[:4]] == [False, True, False, True]
    assert labels[0].anchor == "start"


def test_series_and_labels_must_match() -> None:
    with pytest.raises(ValueError, match="one value for each label"):
        ChartData(
            key="x", title="x", labels=["a"], series=[Series(name="s", tone="one", values=[])]
        )


def test_steps_lie_between_the_edges() -> None:
    chart = draw_columns(revenue())
    assert {float(chart.ticks[0].y), float(chart.ticks[-1].y)} == {float(BOTTOM), float(TOP)}
