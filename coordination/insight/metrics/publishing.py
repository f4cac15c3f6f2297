"""Figures that leave the centre and the participating agencies: bulletins and feeds.

Small numbers could name a person or a company, so they are left out there, with as many others as it takes that the
total does not reveal them. Inside the centre and the agencies numbers are exact.
"""

from collections.abc import Sequence
from dataclasses import replace

from .asking import Answer, Point

SMALLEST = 5


def suppressed(answer: Answer) -> Answer:
    """The answer without numbers under five and without links.

    The hidden points together hold at least five and are at least two; otherwise the next smaller ones are hidden with
    them, and if that is not enough the total too.
    """
    hidden = {point.key for point in answer.points if is_small(point)}
    rest = sorted((one for one in answer.points if _size(one) and one.key not in hidden), key=_size)
    while hidden and not _protects(answer.points, hidden) and rest:
        hidden.add(rest.pop(0).key)
    hides_total = is_small(answer.total) or bool(hidden and not _protects(answer.points, hidden))
    return replace(
        answer,
        total=_hide(answer.total) if hides_total else replace(answer.total, url=""),
        points=tuple(_hide(one) if one.key in hidden else replace(one, url="") for one in answer.points),
    )


def _size(point: Point) -> int:
    """How many are counted: of a share those that it is of."""
    return point.denominator if point.denominator is not None else point.numerator or 0


def is_small(point: Point) -> bool:
    """Whether a number under five can be read from a point: what is counted, what it is of, or the difference."""
    counts = [count for count in (point.numerator, point.denominator) if count is not None]
    if len(counts) == 2:
        counts.append(counts[1] - counts[0])
    return any(0 < count < SMALLEST for count in counts)


def _protects(points: Sequence[Point], hidden: set[str]) -> bool:
    sizes = [_size(point) for point in points if point.key in hidden]
    return len(sizes) > 1 and sum(sizes) >= SMALLEST


def _hide(point: Point) -> Point:
    return replace(point, value=None, numerator=None, denominator=None, url="", shared=0, is_hidden=True)
