"""Geometry of the charts that the server draws as SVG. Lengths along x are percentages, so text never shrinks."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

BAR_ROOM = 86  # % of the width for the longest bar; the rest is for its figure
PLOT_TOP, PLOT_BOTTOM = 12, 188  # px
PLOT_LEFT, PLOT_RIGHT = 8.0, 97.0  # %
MANY_LABELS = 8  # from here on every second label gives way on a narrow screen


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    url: str
    width: str


@dataclass(frozen=True)
class Tick:
    label: str
    position: str
    text_position: str
    minor: bool = False


@dataclass(frozen=True)
class Segment:
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class Dot:
    x: str
    y: str


@dataclass(frozen=True)
class Line:
    label: str
    number: int
    values: Sequence[float]
    segments: list[Segment]
    dots: list[Dot]


def bars(rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Bars from rows of {label, value, url?}."""
    longest = max((row["value"] for row in rows), default=0) or 1
    return [
        Bar(str(row["label"]), row["value"], row.get("url", ""), f"{BAR_ROOM * row['value'] / longest:.2f}%")
        for row in rows
    ]


def ceiling(highest: float) -> tuple[int, int]:
    """A round top of the scale and its step, with at most five steps: 38 → (40, 10)."""
    if highest <= 5:
        return max(1, math.ceil(highest)), 1
    raw = highest / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    return math.ceil(highest / step) * step, step


def lines(labels: Sequence[str], series: Sequence[Mapping[str, Any]]) -> tuple[list[Line], list[Tick], list[Tick]]:
    """Lines from series of {label, values}, with the ticks of the x and of the y axis."""
    highest = max((float(value) for one in series for value in one["values"]), default=0)
    top, step = ceiling(highest)
    drawn = [_line(number, one, top) for number, one in enumerate(series, start=1)]
    return drawn, _x_ticks(labels), _y_ticks(top, step)


def _x(i: int, count: int) -> float:
    if count == 1:
        return (PLOT_LEFT + PLOT_RIGHT) / 2
    return PLOT_LEFT + (PLOT_RIGHT - PLOT_LEFT) * i / (count - 1)


def _y(value: float, top: int) -> float:
    return PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * value / top


def _line(number: int, one: Mapping[str, Any], top: int) -> Line:
    values = [float(value) for value in one["values"]]
    dots = [Dot(f"{_x(i, len(values)):.2f}%", f"{_y(value, top):.1f}") for i, value in enumerate(values)]
    segments = [Segment(a.x, a.y, b.x, b.y) for a, b in pairwise(dots)]
    return Line(str(one["label"]), number, one["values"], segments, dots)


def _x_ticks(labels: Sequence[str]) -> list[Tick]:
    many = len(labels) > MANY_LABELS
    last = len(labels) - 1
    return [
        Tick(str(label), f"{_x(i, len(labels)):.2f}%", str(PLOT_BOTTOM + 20), many and bool((last - i) % 3))
        for i, label in enumerate(labels)
    ]


def _y_ticks(top: int, step: int) -> list[Tick]:
    return [Tick(str(v), f"{_y(v, top):.1f}", f"{_y(v, top) + 4:.1f}") for v in range(0, top + 1, step)]
