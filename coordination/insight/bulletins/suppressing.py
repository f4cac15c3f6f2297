"""Which figures of a published bulletin are left out: numbers under five, and those from which one would follow.

`publishing.suppressed` protects one divided figure with its total. A bulletin prints several figures of one metric, so
that a difference between two of them can be small too: all cases, and those of one mineral.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from coordination.insight.metrics.asking import Answer, Point
from coordination.insight.metrics.publishing import SMALLEST, is_small, suppressed

Filters = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Place:
    """What a printed number counts: the metric in a period, limited to some labels. `begins` tells periods apart."""

    metric: str
    begins: str
    filters: Filters


Printed = Mapping[Place, Point]


def left_out(printed: Printed, divided: Iterable[tuple[Place, str, Answer]], *, uncounted: set[str]) -> set[Place]:
    """The printed numbers that are not published. `divided` are the whole answers from which a list takes its first
    numbers, with the place of their total and the dimension. `uncounted` are metrics that are no counts (medians)."""
    hidden = {place for place, point in printed.items() if is_small(point)}
    for place, by, answer in divided:
        kept = suppressed(answer)
        hidden |= {place} if kept.total.is_hidden else set()
        hidden |= {part_of(place, by, point.key) for point in kept.points if point.is_hidden}
    counted = {place: point for place, point in printed.items() if place.metric not in uncounted}
    while found := next(_revealing(counted, hidden), None):
        hidden.add(found)
    return hidden & set(printed)


def part_of(place: Place, by: str, key: str) -> Place:
    return Place(place.metric, place.begins, place.filters | {(by, key)})


def _revealing(printed: Printed, hidden: set[Place]) -> Iterator[Place]:
    """Numbers to leave out, because with others that are shown they leave a small rest: the smallest of them first."""
    shown = {place: point for place, point in printed.items() if place not in hidden}
    for whole, part in permutations(shown, 2):
        if _contains(whole, part) and _small_rest(shown[whole], [shown[part]]):
            yield part
    for whole in shown:
        for name in sorted({name for place in shown for name, _value in place.filters - whole.filters}):
            parts = [place for place in shown if _contains(whole, place) and _is_by(name, whole, place)]
            if parts and _small_rest(shown[whole], [shown[one] for one in parts]):
                yield min(parts, key=lambda one: (shown[one].denominator or shown[one].numerator or 0, str(one)))


def _contains(whole: Place, part: Place) -> bool:
    return (whole.metric, whole.begins) == (part.metric, part.begins) and whole.filters < part.filters


def _is_by(name: str, whole: Place, part: Place) -> bool:
    return [one for one, _value in part.filters - whole.filters] == [name]


def _small_rest(whole: Point, parts: list[Point]) -> bool:
    rests = [count - sum(counts) for count, *counts in zip(_counts(whole), *map(_counts, parts), strict=True)]
    return any(0 < rest < SMALLEST for rest in rests)


def _counts(point: Point) -> list[int]:
    """What can be read from a point: what is counted, what it is of, and the difference."""
    n, of = point.numerator or 0, point.denominator
    return [n] if of is None else [n, of, of - n]
