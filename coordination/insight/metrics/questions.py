"""Questions read from an address."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.errors import Invalid

from .asking import Question, next_start
from .dimensions import AGES, TIMES

OTHERS = ("from", "to", "by", "value", "known_on", "of", "after", "before", "print")  # what is no filter


def question_of(metric: str, params: Mapping[str, str]) -> Question:
    """The question of an address. Raises Invalid for a day that is none. Without a period: this month."""
    today = times.today()
    return Question(
        metric,
        _day(params, "from") or today.replace(day=1),
        _day(params, "to") or today,
        by=params.get("by", ""),
        filters={name: value for name, value in params.items() if name not in OTHERS},
        known_on=_day(params, "known_on"),
    )


def _day(params: Mapping[str, str], name: str) -> date | None:
    text = params.get(name, "")
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if text and found is None:
        raise Invalid.field(name, "date", _("Enter a day such as 2026-11-27."))
    return found


def narrowed(question: Question, value: str) -> Question:
    """The question whose total is the point of this value."""
    by = question.by
    if not by or not value:
        return replace(question, by="")
    if by in TIMES:
        start = _day({"value": value}, "value") or question.first
        end = min(next_start(start, by) - timedelta(days=1), question.last)
        return replace(question, first=start, last=end, by="")
    if by == "age":
        if value not in AGES:
            raise Invalid.field("value", "unknown", _("Choose one of: %(names)s.") % {"names": ", ".join(AGES)})
        return replace(question, filters={**question.filters, "age": value}, by="")
    if by == "country" and (part := question.filters.get("role")):
        return replace(question, filters={**question.filters, "role": f"{part}:{value}"}, by="")
    return replace(question, filters={**question.filters, by: value}, by="")
