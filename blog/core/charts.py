"""Where the marks of a small chart stand, in hundredths of its width and height, for templates/components/chart.html.

A chart shows how figures compare; the figures themselves stand in the table below it. So there is no scale to read
values from, only zero and a round figure above the highest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_STEPS = (1, 2, 5, 10)
_LEAST_BAR = 0.5  # hundredths: what is more than nothing can be seen

Figure = int | float


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure, and where it is drawn: `length` is its share of the scale, `x` its place from the start."""

    label: str
    value: Figure
    length: float
    x: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. `top` is the end of the scale, which begins at 0. Without marks there is nothing to draw."""

    kind: Literal["bars", "line"]
    marks: Sequence[Mark]
    top: Figure

    @property
    def least(self) -> Figure:
        """The lowest figure; 0 when there is none."""
        return min((mark.value for mark in self.marks), default=0)

    @property
    def most(self) -> Figure:
        """The highest figure; 0 when there is none."""
        return max((mark.value for mark in self.marks), default=0)


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of a column: how much of what, where it begins from below, and how high it is."""

    name: str
    value: Figure
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Column:
    """Figures that make up one: layers upon each other. `x` and `width` are in hundredths of the width."""

    label: str
    total: Figure
    layers: Sequence[Layer]
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Layers:
    """Columns for what follows each other in time, each made up of the same `names`, in this order from below."""

    names: Sequence[str]
    columns: Sequence[Column]
    top: Figure

    @property
    def totals(self) -> Sequence[tuple[str, Figure]]:
        """How much there is of each name in all columns."""
        return [
            (name, sum(column.layers[place].value for column in self.columns))
            for place, name in enumerate(self.names)
        ]


def layered_chart(columns: Sequence[tuple[str, Sequence[Figure]]], names: Sequence[str]) -> Layers:
    """Columns in time, each with a figure for each of `names`; those that are 0 have no height."""
    for _label, values in columns:
        _checked_most([("", value) for value in values])
    top = _round_above(max((sum(values) for _label, values in columns), default=0))
    width = round(100 / max(len(columns), 1), 3)
    return Layers(
        names,
        [
            Column(label, sum(values), _layers(names, values, top), round(place * width, 3), width)
            for place, (label, values) in enumerate(columns)
        ],
        top,
    )


def _layers(names: Sequence[str], values: Sequence[Figure], top: Figure) -> Sequence[Layer]:
    layers: list[Layer] = []
    below: Figure = 0
    for name, value in zip(names, values, strict=True):
        layers.append(Layer(name, value, round(100 * below / top, 2), round(100 * value / top, 2)))
        below += value
    return layers


def bar_chart(figures: Sequence[tuple[str, Figure]]) -> Chart:
    """Bars for things that have no order of their own: the longest one is as long as there is room."""
    top = _checked_most(figures)
    return Chart("bars", _marks(figures, top), top)


def line_chart(figures: Sequence[tuple[str, Figure]]) -> Chart:
    """A line for what follows each other in time, in the order given."""
    top = _round_above(_checked_most(figures))
    return Chart("line", _marks(figures, top), top)


def _checked_most(figures: Sequence[tuple[str, Figure]]) -> Figure:
    """The highest figure. Raises `ValueError` for one below 0, or one that is no number."""
    if not all(value >= 0 and math.isfinite(value) for _label, value in figures):
        raise ValueError("a chart shows figures from 0 up")
    return max((value for _label, value in figures), default=0)


def _marks(figures: Sequence[tuple[str, Figure]], top: Figure) -> Sequence[Mark]:
    last = len(figures) - 1
    return tuple(
        Mark(label, value, _length(value, top), round(100 * place / last, 2) if last else 50.0)
        for place, (label, value) in enumerate(figures)
    )


def _length(value: Figure, top: Figure) -> float:
    return max(round(100 * value / top, 2), _LEAST_BAR) if value else 0.0


def _round_above(value: Figure) -> Figure:
    """The first of 1, 2, 5, 10, 20, 50 … that is not below `value`."""
    if value <= 1:
        return 1
    unit = 10 ** math.floor(math.log10(value))
    return next(step * unit for step in _STEPS if step * unit >= value)
