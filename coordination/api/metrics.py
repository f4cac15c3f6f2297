"""Figures over JSON: the metrics with their definitions, and the numbers of the pages."""

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.serializers import CharField, ChoiceField, ListField

from agencies.kernel.errors import Invalid
from agencies.kernel.measures import TIMES
from agencies.kernel.permissions import FIGURES, actor_of
from agencies.kernel.shapes import Shape
from coordination.insight.metrics.asking import Answer, Point, ask
from coordination.insight.metrics.following import is_preparing
from coordination.insight.metrics.questions import faults_in, question_of
from coordination.insight.metrics.registry import DIMENSIONS, METRICS, Metric

from .inputs import check_parameters
from .operations import Call, get

UNITS = ["count", "ratio", "days", "kg", "cny"]
FILTERS = [name for name in DIMENSIONS if name not in TIMES]
NUMBER = {"type": ["number", "null"]}
WHOLE = {"type": ["integer", "null"]}
POINT = {
    "label": {"type": "string"},
    "value": NUMBER,
    "numerator": WHOLE,
    "denominator": WHOLE,
    "rows": {"type": "string", "format": "uri-reference"},
}


class MetricShape(Shape):
    """A metric and how it may be divided. `better`: the direction that is good, if either is."""

    key = CharField()
    name_zh = CharField()
    name_en = CharField()
    definition_zh = CharField()
    definition_en = CharField()
    unit = ChoiceField(choices=UNITS)
    dimensions = ListField(child=ChoiceField(choices=list(DIMENSIONS)))
    better = ChoiceField(choices=["up", "down", ""])


class MetricsShape(Shape):
    results = MetricShape(many=True)


@get(
    "metrics/",
    "list",
    _("List metrics"),
    _("The figures of supervision: their names and definitions, and by what they may be divided."),
    permission=FIGURES,
    answers=MetricsShape,
)
def metrics(call: Call) -> Any:
    """All metrics, in both languages."""
    return {"results": map(_in_both, METRICS.values())}


def _in_both(metric: Metric) -> dict[str, Any]:
    words: dict[str, str] = {}
    for suffix, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            words |= {f"name_{suffix}": str(metric.name), f"definition_{suffix}": str(metric.definition)}
    plain = {name: getattr(metric, name) for name in ("key", "unit", "better")}
    return {**plain, **words, "dimensions": list(metric.dimensions)}


ROW = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in DIMENSIONS} | POINT,
    "required": list(POINT),
}
FIELDS: dict[str, Any] = {
    "key": {"type": "string"},
    "from": {"type": "string", "format": "date"},
    "to": {"type": "string", "format": "date"},
    "as_of": {"type": "string", "format": "date-time"},
    "preparing": {"type": "boolean", "description": "Whether the first build has not finished."},
    "by": {"type": "string"},
    "total": {"type": "object", "properties": POINT, "required": list(POINT)},
    "results": {"type": "array", "items": ROW},
    "left_out": {"type": "array", "items": {"type": "string"}},
}


def _question() -> list[OpenApiParameter]:
    days = {"from": _("First day, in Shanghai."), "to": _("Last day, included.")}
    named = days | {name: DIMENSIONS[name].name for name in FILTERS}
    return [
        OpenApiParameter("by", str, enum=list(DIMENSIONS)),
        *(OpenApiParameter(name, str, description=str(words)) for name, words in named.items()),
    ]


def _check_question(request: Request, key: str) -> None:
    """Raises Invalid with all that is wrong in one answer, also what only the question shows."""
    try:
        check_parameters(request, _question())
    except Invalid as wrong:
        named = {error.pointer for error in wrong.errors}
        others = faults_in(actor_of(request), key, request.query_params.dict()) if key in METRICS else []
        raise Invalid([*wrong.errors, *(one for one in others if one.pointer not in named)]) from wrong


@get(
    "metrics/<slug:key>/",
    "read",
    _("Read a metric"),
    _(
        "The numbers of one metric. Without a period it is this month. Every number names the page with "
        "exactly the rows that it counts, and `left_out` says what the caller may not see."
    ),
    permission=FIGURES,
    query=_question,
    check=_check_question,
    answers={"type": "object", "properties": FIELDS, "required": list(FIELDS)},
)
def figures(call: Call, key: str) -> Any:
    """One metric for a period, divided by one dimension."""
    if key not in METRICS:
        raise Http404
    return _as_json(ask(call.actor, question_of(call.actor, key, call.query.dict())))


def _as_json(answer: Answer) -> dict[str, Any]:
    question = answer.question
    return {
        "key": question.metric,
        "from": question.first,
        "to": question.last,
        "as_of": answer.as_of,
        "preparing": is_preparing(answer.as_of),
        "by": question.by,
        "total": _point(answer.total),
        "results": [{question.by: point.key, **_point(point)} for point in answer.points],
        "left_out": list(answer.left_out),
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "label": str(point.label),
        "value": number(point.value),
        "numerator": point.numerator,
        "denominator": point.denominator,
        "rows": point.url,
    }


def number(value: Decimal | int | None) -> float | int | None:
    """Whole numbers as such; at most four decimals otherwise, which a float holds exactly enough."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
