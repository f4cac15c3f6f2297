"""Compares the numbers of charts with the rows to which they lead."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import QueryDict
from django.urls import resolve

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.organisations.models import agencies_by_code
from coordination.insight.metrics.asking import ask, plan_for
from coordination.insight.metrics.charts import Chart, ChartCell
from coordination.insight.metrics.ledger import SCALE
from coordination.insight.metrics.questions import narrowed, question_of
from coordination.insight.metrics.registry import METRICS
from coordination.insight.metrics.rows import objects_of
from coordination.insight.supervision.asked import PageQuestion
from coordination.insight.supervision.views import charts_of
from coordination.insight.supervision.words import drawn, n_of_d

ROWS = "counted_rows"
ELSEWHERE = {"load"}  # a person or unit leads to its open work
# Numbers that count no rows: estimates, comparisons of two numbers, and the links of a person's line.
WITHOUT_ROWS = {("outlook", 2), ("weighed", 3)}
BY_LINE = {"officers", "units"}


def charts(actor: Actor, tab: str, query: str) -> dict[str, Chart]:
    found = charts_of(tab, PageQuestion(actor, QueryDict(query), times.today()))
    return found | {f"{key}-beside": one.beside for key, one in found.items() if one.beside}


def marks(chart: Chart) -> Iterator[ChartCell]:
    for row in (*chart.rows, *([chart.sums] if chart.sums else [])):
        yield from row.cells


def without_link(chart: Chart) -> Iterator[str]:
    """Numbers that count something and lead nowhere."""
    key = chart.key.removesuffix("-beside")
    for row in chart.rows:
        for place, cell in enumerate(row.cells):
            if cell.value and not cell.url and (key, place) not in WITHOUT_ROWS and key not in BY_LINE:
                yield f"{chart.key}, {row.label}: {cell.text}"


def wrong(actor: Actor, cells: Iterable[ChartCell]) -> list[str]:
    agencies = agencies_by_code()
    return [f"{cell.text} ({cell.note}): {found}" for cell in cells for found in _wrong(actor, cell, agencies)]


def _wrong(actor: Actor, cell: ChartCell, agencies: Any) -> Iterator[str]:
    address = urlsplit(cell.url)
    route = resolve(address.path)
    if route.url_name in ELSEWHERE:
        return
    assert route.url_name == ROWS, cell.url
    metric, params = METRICS[route.kwargs["metric"]], dict(parse_qsl(address.query))
    question = narrowed(question_of(actor, metric.key, params), params.get("value", ""))
    plan = plan_for(actor, question, agencies)
    rows = list(objects_of(actor, plan))
    number, total = sum(row["total"] for row in rows), ask(actor, question).total
    if metric.unit == "count" and number != (cell.value if cell.value is not None else number):
        yield f"{number} rows at {cell.url}"
    if metric.unit == "ratio":
        of = sum(row["total"] for row in objects_of(actor, plan, of=True))
        if (number, of) != (total.numerator, total.denominator):
            yield f"{number} of {of} rows at {cell.url}"
        # As n of d, as n/d, as a count of those in the numerator, or as a dash.
        if str(cell.note) != n_of_d(total) and str(cell.text) != f"{number}/{of}" and cell.value != number and of:
            yield f"{number} of {of} at {cell.url}"
    if metric.unit == "days" and number != total.denominator:
        yield f"{number} rows of {total.denominator} durations at {cell.url}"
    if metric.unit in ("kg", "cny"):
        amount = Decimal(sum(row["sum_amount"] for row in rows)) / SCALE
        if drawn(amount, metric.unit) != cell.value:
            yield f"{amount} at {cell.url}"
