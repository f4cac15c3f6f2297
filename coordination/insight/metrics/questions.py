"""Questions read from an address."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.measures import TIMES
from agencies.organisations.models import agencies_by_code

from .asking import Question, next_start
from .checking import faults_of
from .dimensions import AGES

OTHERS = ("from", "to", "by", "value", "of", "after", "before", "print")  # what is no filter


def question_of(actor: Actor, metric: str, params: Mapping[str, str]) -> Question:
    """The question of an address. Without a period: this month.

    Raises Invalid for days that are none, together with all other faults; without such days those are found where the
    question is asked.
    """
    question, errors = _read(metric, params)
    if errors:
        raise Invalid(faults_in(actor, metric, params))
    return question


def faults_in(actor: Actor, metric: str, params: Mapping[str, str]) -> list[FieldError]:
    """Everything that is wrong in an address: days, period, dimensions and values."""
    question, errors = _read(metric, params)
    has_period = not {"/from", "/to"} & {error.pointer for error in errors}
    others = faults_of([question], agencies_by_code(), actor)
    return [*errors, *(one for one in others if has_period or one.code != "period")]


def _read(metric: str, params: Mapping[str, str]) -> tuple[Question, list[FieldError]]:
    """The question, with a day in place of each that is none, and the faults of those."""
    errors: list[FieldError] = []
    first, last = (_day(params, name, errors) for name in ("from", "to"))
    today = times.today()
    filters = {name: value for name, value in params.items() if name not in OTHERS}
    first, last = first or today.replace(day=1), last or today
    return Question(metric, first, last, by=params.get("by", ""), filters=filters), errors


def _day(params: Mapping[str, str], name: str, errors: list[FieldError]) -> date | None:
    text = params.get(name, "")
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if text and found is None:
        errors.append(FieldError(f"/{name}", "date", _("Enter a day such as 2026-11-27.")))
    return found


def narrowed(question: Question, value: str) -> Question:
    """The question whose total is the point of this value."""
    by = question.by
    if not by or not value:
        return replace(question, by="")
    if by in TIMES:
        errors: list[FieldError] = []
        start = _day({"value": value}, "value", errors) or question.first
        if errors:
            raise Invalid(errors)
        end = min(next_start(start, by) - timedelta(days=1), question.last)
        return replace(question, first=start, last=end, by="")
    if by == "age":
        if value not in AGES:
            raise Invalid.field("value", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join(AGES)})
        return replace(question, filters={**question.filters, "age": value}, by="")
    if by == "country" and (part := question.filters.get("role")):
        return replace(question, filters={**question.filters, "role": f"{part}:{value}"}, by="")
    return replace(question, filters={**question.filters, by: value}, by="")
