"""Figures in bulk: several metrics, each divided by several dimensions, as JSON or as a table.

A key reads what the figures of its agency show to its leads, without officers and without what a wall inside the agency
hides; a key of the centre reads what the centre reads.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import FIGURES, scope_or
from agencies.kernel.tables import CSV_TYPE, csv_file
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from coordination.insight.metrics.asking import CENTRE, Answer, Point, Question, ask_many
from coordination.insight.metrics.following import is_preparing
from coordination.insight.metrics.questions import question_of
from coordination.insight.metrics.registry import DIMENSIONS, METRICS

from .inputs import check_parameters
from .metrics import FILTERS, NUMBER, WHOLE, number
from .operations import Call, get

READERS = scope_or(FIGURES, ApiKey.Scope.FIGURES_READ)
MOST_QUESTIONS = 50  # metrics times dimensions
MOST_ROWS = 20_000
OF_PEOPLE = "officer"  # a dimension that only people read
COLUMNS = ("metric", "by", "key", "label", "value", "numerator", "denominator")
TEXT = {"type": "string"}
ROW = {
    "type": "object",
    "properties": dict.fromkeys(COLUMNS[:4], TEXT) | {"value": NUMBER, "numerator": WHOLE, "denominator": WHOLE},
    "required": list(COLUMNS),
}
FIELDS: dict[str, Any] = {
    "from": {"type": "string", "format": "date"},
    "to": {"type": "string", "format": "date"},
    "as_of": {"type": "string", "format": "date-time"},
    "preparing": {"type": "boolean", "description": "Whether the first build has not finished."},
    "results": {"type": "array", "items": ROW},
    "left_out": {"type": "array", "items": TEXT},
}


def _question() -> list[OpenApiParameter]:
    days = {"from": gettext_lazy("First day, in Shanghai."), "to": gettext_lazy("Last day, included.")}
    named = days | {name: DIMENSIONS[name].name for name in FILTERS}
    return [
        OpenApiParameter("metric", str, many=True, required=True, description=gettext_lazy("Keys of metrics.")),
        OpenApiParameter("by", str, many=True, description=gettext_lazy("Dimensions of all these metrics.")),
        OpenApiParameter("as", str, enum=["csv"]),
        *(OpenApiParameter(name, str, description=str(words)) for name, words in named.items()),
    ]


def _check(request: Request) -> None:
    """Raises Invalid for what `check_parameters` refuses, and for each unknown one of several values."""
    check_parameters(request, _question())


def _answers(call: Call) -> list[Answer]:
    """Raises Invalid that names each metric that is not divided by a dimension, and each limit."""
    metrics, divided = (list(dict.fromkeys(call.query.getlist(name))) for name in ("metric", "by"))
    if errors := list(_faults(call.actor, metrics, divided, call.query)):
        raise Invalid(errors)
    params = {name: value for name, value in call.query.dict().items() if name not in ("metric", "by", "as")}
    of_centre = call.actor.kind == "machine" and call.actor.line == Agency.Line.CENTRE
    reader = CENTRE if of_centre else call.actor
    questions = [question_of(reader, metric, params | {"by": by}) for metric in metrics for by in divided or [""]]
    answers = ask_many(reader, questions)
    if sum(len(one.points) + 1 for one in answers) > MOST_ROWS:
        detail = _("The answer would have more than %(most)s rows. Ask for fewer metrics, dimensions or days.")
        raise Invalid.field("by", "too_many", detail % {"most": MOST_ROWS})
    return answers


def _faults(actor: Actor, metrics: list[str], divided: list[str], filters: Iterable[str]) -> Iterator[FieldError]:
    if not metrics:
        yield FieldError(
            "/metric", "required", _("Name one metric or more: %(known)s.") % {"known": ", ".join(METRICS)}
        )
    if len(metrics) * max(1, len(divided)) > MOST_QUESTIONS:
        detail = _("Ask for at most %(most)s combinations of metric and dimension; these are %(asked)s.")
        asked = len(metrics) * len(divided or [""])
        yield FieldError("/metric", "too_many", detail % {"most": MOST_QUESTIONS, "asked": asked})
    for name in metrics:
        if name not in METRICS:
            detail = _("%(name)s is not a metric. Choose one of: %(known)s.")
            yield FieldError("/metric", "choice", detail % {"name": name, "known": ", ".join(METRICS)})
            continue
        known = METRICS[name].dimensions
        for by in divided:
            if by not in known:
                detail = _("%(metric)s is not divided by %(by)s. It is divided by: %(known)s.")
                yield FieldError("/by", "choice", detail % {"metric": name, "by": by, "known": ", ".join(known)})
    if actor.kind == "machine" and (OF_PEOPLE in divided or OF_PEOPLE in filters):
        pointer = "/by" if OF_PEOPLE in divided else f"/{OF_PEOPLE}"
        yield FieldError(pointer, "forbidden", _("Figures by officer are for the lead of the agency, not for systems."))


def _rows(answers: Iterable[Answer]) -> Iterator[tuple[Any, ...]]:
    """A row for each total, whose `by` and `key` are empty, and for each point."""
    totals = set()
    for answer in answers:
        question = answer.question
        if question.metric not in totals:
            totals.add(question.metric)
            yield _row(question, "", answer.total)
        for point in answer.points:
            yield _row(question, question.by, point)


def _row(question: Question, by: str, point: Point) -> tuple[Any, ...]:
    figures = (number(point.value), point.numerator, point.denominator)
    return (question.metric, by, point.key, str(point.label), *figures)


@get(
    "figures/",
    "list_figures",
    gettext_lazy("Read figures in bulk"),
    gettext_lazy(
        "Several metrics, each in total and divided by each dimension of `by`, for one period; without one it is this "
        "month. The numbers are those of the pages. `left_out` says what the caller may not see. “as=csv” gives a "
        "table."
    ),
    permission=READERS,
    query=_question,
    check=_check,
    answers={"type": "object", "properties": FIELDS, "required": list(FIELDS)},
    tag="metrics",
    files=("text/csv",),
)
def figures(call: Call) -> Any:
    """The rows as JSON, or as a table."""
    answers = _answers(call)
    if call.query.get("as") == "csv":
        named = {"Content-Disposition": 'attachment; filename="figures.csv"'}
        return HttpResponse(csv_file([COLUMNS, *_rows(answers)]), content_type=CSV_TYPE, headers=named)
    first = answers[0]
    return {
        "from": first.question.first,
        "to": first.question.last,
        "as_of": first.as_of,
        "preparing": is_preparing(first.as_of),
        "results": [dict(zip(COLUMNS, row, strict=True)) for row in _rows(answers)],
        "left_out": list(dict.fromkeys(sentence for one in answers for sentence in one.left_out)),
    }
