"""Bulletins for publication: rounded numbers in the fixed tables of the template, checked against sheets already out.

A small number could name a person or a company, and so could the difference of two numbers. So none is printed exactly,
totals are rounded by themselves, and two sheets do not print the same thing for different periods that overlap.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.errors import UnmetCondition
from coordination.insight.metrics.asking import Point
from coordination.insight.metrics.charts import Number
from coordination.insight.metrics.registry import METRICS, Form, Metric

from .drafts import undeclared
from .models import Bulletin
from .placeholders import BoundFigure, figures_in

BASE = 5
FEW = 5  # things of which no amount is printed
LARGE = 50  # from which a percentage is printed
DIGITS = 3  # of an amount that are printed, the last of them rounded to the nearest five
Period = tuple[date, date]


def nearest(value: Number, step: int = BASE) -> int:
    return step * round(Decimal(value) / step)


def rounded(point: Point, metric: Metric) -> Number | None:
    """The number for publication; None if it is not published."""
    if metric.form == Form.SHARE:
        n, of = point.numerator or 0, point.denominator or 0
        return round(Decimal(nearest(n)) / nearest(of), 2) if of >= LARGE else None
    if metric.form == Form.AMOUNT:
        value, step = point.value or 0, BASE * 10 ** max(0, len(str(int(point.value or 0))) - DIGITS)
        return nearest(value, step) if (point.numerator or 0) >= FEW else None
    if metric.is_duration:
        return None
    return nearest(point.value or 0)


def only_fixed_tables(bulletin: Bulletin) -> UnmetCondition | None:
    """A formula of a person could print a number of which another is the difference to the template's."""
    if others := undeclared(bulletin.kind, bulletin.text_zh, bulletin.text_en):
        return UnmetCondition("template", refusal(others))
    if bulletin.content and bulletin.content.get("rounded_to") != BASE:
        detail = _("Its figures were taken before figures for publication were rounded. Return it for revision.")
        return UnmetCondition("rounded", detail)
    return None


def refusal(keys: list[str]) -> str:
    detail = _(
        "A bulletin for publication contains the figures of its template only, so that no small number follows from "
        "two of them. Remove %(keys)s, or send this bulletin to member agencies only."
    )
    return detail % {"keys": ", ".join(f"{{{key}}}" for key in keys)}


def agrees_with_published(bulletin: Bulletin, content: Callable[[], dict[str, Any]]) -> UnmetCondition | None:
    """Whether another sheet counts the same things, under any name, in a period that overlaps with that of this one: it
    must be the same period and show the same numbers. `content` returns what this one prints."""
    differs = _(
        "%(bulletin)s was published about this period with another number for “%(figure)s”. Issue a new edition of it "
        "first."
    )
    overlaps = _(
        "%(bulletin)s was published about days of this period and counts the same as “%(figure)s”. Two periods that "
        "overlap would show what lies between them. Leave this figure out, or send this bulletin to member agencies "
        "only."
    )
    for other in Bulletin.objects.published_beside(bulletin):
        theirs = {_said(*one): one for one in _statements(other)}
        for bound, period in _statements(bulletin):
            if (same := theirs.get(_said(bound, period))) is not None:
                if _words(content(), bound) != _words(other.content, same[0]):
                    return _unmet(differs, other, bound)
            elif any(_meet(bound, period, *one) for one in theirs.values()):
                return _unmet(overlaps, other, bound)
    return None


def _unmet(text: str, other: Bulletin, bound: BoundFigure) -> UnmetCondition:
    return UnmetCondition("published", text % {"bulletin": other, "figure": METRICS[bound.metric].name})


def _statements(bulletin: Bulletin) -> Iterator[tuple[BoundFigure, Period]]:
    """What the sheet prints, with the period of each number. Sheets of earlier versions print changes too."""
    for bound in figures_in(bulletin.text_zh, bulletin.text_en):
        yield bound, (bulletin.first, bulletin.last)
        if bound.show == "change":
            yield bound, bulletin.period_before


def _said(bound: BoundFigure, period: Period) -> tuple[Any, ...]:
    """What a number says, regardless of its name."""
    metric = METRICS[bound.metric]
    return metric.form, metric.measures, metric.of, bound.filters, bound.show, bound.n, bound.by, period


def _meet(one: BoundFigure, period: Period, other: BoundFigure, days: Period) -> bool:
    overlap = period[0] <= days[1] and days[0] <= period[1]
    return overlap and bool(METRICS[one.metric].subjects & METRICS[other.metric].subjects)


def _words(content: dict[str, Any], bound: BoundFigure) -> str:
    return str(content["zh"]["figures"][bound.key]["words"])
