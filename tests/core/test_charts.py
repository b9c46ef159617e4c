"""Where the marks of a chart stand."""

from collections.abc import Callable, Sequence

import pytest

from blog.core.charts import Chart, Figure, Mark, bar_chart, layered_chart, line_chart

Draw = Callable[[Sequence[tuple[str, Figure]]], Chart]


def test_the_longest_bar_is_as_long_as_there_is_room() -> None:
    chart = bar_chart([("for", 30), ("against", 15), ("nuance", 0)])
    assert chart.kind == "bars"
    assert [mark.length for mark in chart.marks] == [100, 50, 0]
    assert (chart.least, chart.most, chart.top) == (0, 30, 30)


def test_what_is_more_than_nothing_can_be_seen() -> None:
    assert [mark.length for mark in bar_chart([("many", 1_000_000), ("one", 1)]).marks] == [100, 0.5]


def test_a_line_goes_from_edge_to_edge_below_a_round_figure() -> None:
    chart = line_chart([("Monday", 3), ("Tuesday", 12), ("Wednesday", 7)])
    assert chart.marks == (
        Mark("Monday", 3, 15, 0),
        Mark("Tuesday", 12, 60, 50),
        Mark("Wednesday", 7, 35, 100),
    )
    assert chart.top == 20


@pytest.mark.parametrize(
    ("highest", "top"),
    [
        (0, 1),
        (0.4, 1),
        (1, 1),
        (2, 2),
        (3, 5),
        (10, 10),
        (11, 20),
        (50, 50),
        (51, 100),
        (4_321_987, 5_000_000),
    ],
)
def test_the_scale_ends_at_a_round_figure(highest: float, top: float) -> None:
    assert line_chart([("a", highest), ("b", 0)]).top == top


@pytest.mark.parametrize("draw", [bar_chart, line_chart])
def test_one_figure_stands_in_the_middle(draw: Draw) -> None:
    (mark,) = draw([("only", 4)]).marks
    assert mark.x == 50


@pytest.mark.parametrize("draw", [bar_chart, line_chart])
def test_nothing_and_only_zeros_are_no_fault(draw: Draw) -> None:
    assert (draw([]).marks, draw([]).least, draw([]).most) == ((), 0, 0)
    assert [mark.length for mark in draw([("a", 0), ("b", 0)]).marks] == [0, 0]


@pytest.mark.parametrize("figure", [-1, float("nan"), float("inf")])
def test_a_figure_below_zero_or_none_at_all_is_refused(figure: float) -> None:
    with pytest.raises(ValueError, match="from 0 up"):
        bar_chart([("a", 1), ("b", figure)])


def test_layers_lie_upon_each_other_and_fill_the_width() -> None:
    drawing = layered_chart([("one", (1, 0, 2)), ("two", (0, 5, 0))], ("a", "b", "c"))
    assert drawing.top == 5
    assert [(column.label, column.total, column.x, column.width) for column in drawing.columns] == [
        ("one", 3, 0, 50),
        ("two", 5, 50, 50),
    ]
    assert [(layer.name, layer.start, layer.length) for layer in drawing.columns[0].layers] == [
        ("a", 0, 20),
        ("b", 20, 0),
        ("c", 20, 40),
    ]
    assert drawing.totals == [("a", 1), ("b", 5), ("c", 2)]


def test_no_columns_are_no_fault_and_figures_below_zero_are() -> None:
    assert (layered_chart([], ("a",)).columns, layered_chart([("x", (0,))], ("a",)).top) == ([], 1)
    with pytest.raises(ValueError, match="from 0 up"):
        layered_chart([("x", (1, -1))], ("a", "b"))
