"""Calculation of a period for the calculator page, `clock_due` and the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.calendar.workdays import WorkCalendar, load_calendar
from agencies.kernel.errors import FieldError, Invalid

from .counting import SHANGHAI, CountStep, Due, Extension, Pause, count
from .law import rule_on
from .models import ExtensionStep, PeriodRule
from .texts import sentence_of

# Times outside are typing errors. The counting needs some room before the calendar ends.
EARLIEST, LATEST = datetime(1949, 10, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MOST_PAUSES = 50
MOST_EXTENSIONS = 50


@dataclass(frozen=True)
class Preview:
    rule: PeriodRule
    start: datetime
    due: Due


def explain(
    rule: PeriodRule, start: datetime, pauses: Sequence[Pause], extensions: Sequence[Extension], calendar: WorkCalendar
) -> Due:
    """Counts a rule's period with every step. Pure."""
    return count(rule.period, start, calendar, pauses=pauses, extensions=extensions)


def preview(
    code: str,
    start: datetime,
    pauses: Sequence[tuple[datetime, datetime]] = (),
    extend: int | None = None,
    lengths: Sequence[int] = (),
) -> Preview:
    """Counts the version of the rule in force at `start`, with its first `extend` extensions, in their order.

    `lengths` are what was granted, in the unit of each extension; the extensions after them have the maximum of the
    law. Without `extend` there are as many extensions as lengths. Raises Invalid with every error.
    """
    errors = [*_wrong_times(start, pauses)]
    rule = None if _wrong_time("/start", start) else _rule(code, start, errors)
    times = len(lengths) if extend is None else extend
    extensions = _extensions(rule, times, lengths, errors) if rule else []
    if rule is None or errors:
        raise Invalid(errors)
    stops = [Pause(since, until) for since, until in pauses]
    return Preview(rule, start, explain(rule, start, stops, extensions, load_calendar()))


def preview_as_json(found: Preview) -> dict[str, Any]:
    """The preview in the shape of the API: ISO 8601, Shanghai time."""
    return {
        "rule": found.rule.code,
        "version": found.rule.version,
        "kind": found.rule.kind,
        "start": iso(found.start),
        "due_at": iso(found.due.due_at),
        "breach_at": iso(found.due.breach_at),
        "provisional": found.due.provisional,
        "legal_basis": found.rule.legal_basis,
        "citation": found.rule.citation,
        "steps": [_step(step) for step in found.due.steps],
    }


def iso(moment: date | datetime | None) -> str | None:
    if isinstance(moment, datetime):
        return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
    return moment.isoformat() if moment else None


def _step(step: CountStep) -> dict[str, Any]:
    return {"code": step.code, "at": iso(step.at), "text": sentence_of(step)}


def _wrong_times(start: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> list[FieldError]:
    errors = [*_wrong_time("/start", start)]
    if len(pauses) > MOST_PAUSES:
        errors.append(FieldError("/pauses", "max_length", _("At most %(most)s pauses.") % {"most": MOST_PAUSES}))
    for n, (since, until) in enumerate(pauses[:MOST_PAUSES]):
        wrong = [*_wrong_time(f"/pauses/{n}/from", since), *_wrong_time(f"/pauses/{n}/to", until)]
        if not wrong and until < since:
            wrong.append(FieldError(f"/pauses/{n}/to", "order", _("The pause ends before it begins.")))
        errors += wrong
    return errors


def _wrong_time(pointer: str, moment: datetime) -> list[FieldError]:
    if moment.tzinfo is None:
        return [FieldError(pointer, "offset", _("Give the offset, such as +08:00."))]
    if not EARLIEST <= moment <= LATEST:
        return [FieldError(pointer, "range", _("This time is outside the range of this system."))]
    return []


def _rule(code: str, start: datetime, errors: list[FieldError]) -> PeriodRule | None:
    try:
        rule = rule_on(code, start)
    except LookupError:
        errors.append(FieldError("/rule", "choice", _("There is no rule %(code)s.") % {"code": code[:30]}))
        return None
    if rule is None:
        detail = _("No version of %(code)s was in force on that day.") % {"code": code}
        errors.append(FieldError("/start", "not_in_force", detail))
    return rule


def _extensions(rule: PeriodRule, times: int, lengths: Sequence[int], errors: list[FieldError]) -> list[Extension]:
    """The first `times` extensions that the law allows, in order, each at its length or at full length."""
    steps = steps_in_order(rule, times)
    if times < 0 or len(steps) < times:
        errors.append(FieldError("/extend", "too_many", _most_of(rule, len(steps))))
        return []
    if len(lengths) > times:
        detail = _("More lengths than extensions: %(times)s.") % {"times": times}
        errors.append(FieldError("/lengths", "too_many", detail))
        return []
    found = []
    for n, step in enumerate(steps):
        length = lengths[n] if n < len(lengths) else None
        if wrong := _wrong_length(step, length, n):
            errors.append(wrong)
        else:
            found.append(step.extension(length))
    return found


def _most_of(rule: PeriodRule, most: int) -> str:
    if not most:
        return _("The law names no extension of %(code)s.") % {"code": rule.code}
    return _("%(code)s can be extended %(most)s times at most.") % {"code": rule.code, "most": most}


def _wrong_length(step: ExtensionStep, length: int | None, place: int) -> FieldError | None:
    if length is None and step.length is None:
        detail = _("The law gives no length for the extension by %(office)s: give it.")
        return FieldError("/lengths", "no_length", detail % {"office": step.get_office_display()})
    if length is not None and not step.allows(length):
        detail = _("Extension %(number)s: at least 1, at most %(most)s.")
        return FieldError(f"/lengths/{place}", "range", detail % {"number": place + 1, "most": step.length or "–"})
    return None


def extension_steps_of(rule: PeriodRule) -> list[ExtensionStep]:
    """The steps that lengthen the rule: its own, or those of the rule whose end it moves with."""
    if not rule.follows:
        return list(rule.extension_steps.all())
    leading = PeriodRule.objects.filter(code=rule.follows).order_by("-version").first()
    return list(leading.extension_steps.all()) if leading else []


def steps_in_order(rule: PeriodRule, times: int) -> list[ExtensionStep]:
    """The extension steps in order, each as often as allowed; at most `times` of them."""
    taken: list[ExtensionStep] = []
    for step in extension_steps_of(rule):
        taken += [step] * (MOST_EXTENSIONS if step.times is None else step.times)
    return taken[: min(max(times, 0), MOST_EXTENSIONS)]
