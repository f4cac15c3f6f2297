"""What several charts are made of: the largest values of a dimension, two dimensions crossed, months and agencies."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from coordination.insight.metrics.asking import Answer, Point
from coordination.insight.metrics.charts import Chart, ChartRow, Number, heat
from coordination.insight.metrics.dimensions import BANDS, DECLARED, DIMENSIONS
from coordination.insight.metrics.registry import METRICS

from .asked import Asking, PageQuestion, Period, months_until
from .words import cell_of

COLUMNS: Mapping[str, Collection[str]] = {**BANDS, "declared": DECLARED}  # dimensions with the same values always
Crossed = Sequence[tuple[Point, Mapping[str, Point]]]


def counted(point: Point | None) -> Number:
    """How many there are: of a share or a duration, how many it is of."""
    if point is None:
        return 0
    return point.value or 0 if point.denominator is None else point.denominator


def largest(answer: Answer, most: int | None = None) -> list[Point]:
    """The values of a dimension that count something, most first."""
    return sorted(filter(counted, answer.points), key=lambda one: (-counted(one), one.key))[:most]


def by_key(answer: Answer) -> dict[str, Point]:
    return {one.key: one for one in answer.points}


def crossed(
    asked: PageQuestion, metric: str, by: str, across: str, *, most: int | None = None, period: Period | None = None
) -> Asking[Crossed]:
    """The largest values of one dimension, each divided by another: (point, its points by key)."""
    [answer] = yield [asked.question(metric, by, period)]
    rows = largest(answer, most)
    divided = yield [asked.question(metric, across, period, **{by: one.key}) for one in rows]
    return [(one, by_key(found)) for one, found in zip(rows, divided, strict=True)]


def matrix(rows: Iterable[tuple[object, Mapping[str, Point]]], columns: Iterable[str], unit: str) -> list[ChartRow]:
    """Rows of linked numbers, tinted by size."""
    listed = list(columns)
    found = [(label, [points.get(one) for one in listed]) for label, points in rows]
    most = max((point.value or 0 for _label, points in found for point in points if point), default=0)
    return [
        ChartRow(label, [replace(cell_of(one, unit), heat=heat(one.value or 0, most) if one else 0) for one in points])
        for label, points in found
    ]


def bands(
    asked: PageQuestion,
    key: str,
    title: Text,
    *,
    metric: str,
    by: str,
    across: str,
    most: int,
    caption: Text,
) -> Asking[Chart]:
    """The largest values of one dimension as bars, divided by another."""
    found = yield from crossed(asked, metric, by, across, most=most)
    rows = [
        ChartRow(
            one.label, [cell_of(points.get(column), "count") for column in COLUMNS[across]], url=one.url, at=one.key
        )
        for one, points in found
    ]
    heads = (DIMENSIONS[by].name, *DIMENSIONS[across].names(COLUMNS[across]).values())
    total = sum(int(cell.value or 0) for row in rows for cell in row.cells)
    definition = METRICS[metric].definition
    return Chart(key, "bands", title, heads, rows, aside=str(total), caption=caption, definition=definition)


def year_until(asked: PageQuestion) -> tuple[Period, list[Period]]:
    """The last 12 months as one period and one by one; the last one ends with the period that is asked for."""
    months = months_until(asked.period.last)
    return Period(months[0].first, months[-1].last), months


def month_name(month: Period) -> str:
    return month.first.strftime("%Y-%m")


def of_month(points: Mapping[str, Point], month: Period) -> Point | None:
    return points.get(month.first.isoformat())


def short_names(agencies: Iterable[Agency]) -> dict[str, str]:
    """Names for the labels of a chart: the line of authority where it names one agency only, else the full name."""
    listed = list(agencies)
    lines = [one.line for one in listed if not one.is_antismuggling]
    return {
        one.code: str(one.get_line_display()) if lines.count(one.line) == 1 and not one.is_antismuggling else one.name
        for one in listed
    }


def names_in(asked: PageQuestion, points: Iterable[Point]) -> dict[str, Text]:
    """Short names of the agencies of these points, by code."""
    listed = list(points)
    short = short_names(asked.agencies[one.key] for one in listed if one.key in asked.agencies)
    return {one.key: short.get(one.key, one.label) for one in listed}
