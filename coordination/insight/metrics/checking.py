"""Refuses what cannot be answered, by name and with the remedy."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.measures import TIMES
from agencies.organisations.models import Agency

from .registry import DIMENSIONS, METRICS, Form

if TYPE_CHECKING:
    from .asking import Question

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
MOST_POINTS = {"day": 400, "week": 400 * 7, "month": 400 * 31}  # days of the period


def checked(questions: Sequence["Question"], agencies: Mapping[str, Agency], actor: Actor) -> Sequence["Question"]:
    """The questions. Raises Invalid with every fault of the first that has any, and every unknown value."""
    if errors := faults_of(questions, agencies, actor):
        raise Invalid(errors)
    return questions


def faults_of(questions: Sequence["Question"], agencies: Mapping[str, Agency], actor: Actor) -> list[FieldError]:
    errors = next((found for question in questions if (found := list(_faults(question)))), [])
    wrong = {error.pointer for error in errors}
    given: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        for name, value in question.filters.items():
            if name in DIMENSIONS and f"/{name}" not in wrong:
                given[name].add(value)
    for name, values in given.items():
        known = agencies if name == "agency" else DIMENSIONS[name].names_for(actor, values)
        unknown = sorted(value for value in values if value not in known)
        errors += [FieldError(f"/{name}", "unknown", _unknown_value(name, value)) for value in unknown]
    return errors


def _faults(question: "Question") -> Iterator[FieldError]:
    metric = METRICS.get(question.metric)
    if metric is None:
        detail = _("%(name)s is not a metric. Choose one of: %(known)s.")
        yield FieldError("/metric", "unknown", detail % {"name": question.metric, "known": ", ".join(METRICS)})
        return
    yield from _period_faults(question)
    known = metric.dimensions
    if question.by and question.by not in known:
        yield FieldError("/by", "unknown", _unknown_dimension(question.by, known))
    elif question.by == "age" and metric.form != Form.STANDING:
        yield FieldError("/by", "unknown", _unknown_dimension(question.by, [one for one in known if one != "age"]))
    for name in question.filters:
        if name not in known or name in TIMES:
            possible = [one for one in known if one not in TIMES]
            yield FieldError(f"/{name}", "unknown", _unknown_dimension(name, possible))


def _period_faults(question: "Question") -> Iterator[FieldError]:
    if question.first > question.last:
        yield FieldError("/to", "period", _("The period ends before it begins. Enter a later last day."))
    elif not EARLIEST <= question.first <= question.last < LATEST:
        values = {"first": EARLIEST, "last": LATEST}
        yield FieldError("/from", "period", _("Enter days from %(first)s and before %(last)s.") % values)
    elif (question.last - question.first).days > MOST_POINTS.get(question.by, 40_000):
        detail = _("The period is too long to be divided like this. Enter a shorter period, or divide it by month.")
        yield FieldError("/by", "period", detail)


def _unknown_dimension(name: str, known: Iterable[str]) -> str:
    values = {"name": name, "known": ", ".join(known)}
    return _("%(name)s does not divide this metric. Choose one of: %(known)s.") % values


def _unknown_value(name: str, value: str) -> str:
    values = {"name": DIMENSIONS[name].name, "value": value}
    return _("%(name)s: %(value)s is not known. Choose a value that the figures show.") % values
