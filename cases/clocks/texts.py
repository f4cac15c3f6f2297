"""Texts for periods, extensions and steps of a count."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.kernel.texts import Text

from .counting import SHANGHAI, CountStep
from .models import Clock, ExtensionStep, PeriodRule, Unit, subjects_of_clocks


def length_of(rule: PeriodRule) -> str:
    """The length as text, such as "45 working days"; "promptly" if the law names no length."""
    return _("promptly") if rule.length is None else length(rule.length, rule.unit)


def length(number: int, unit: str) -> str:
    sentences = {
        Unit.HOUR: ngettext("%(number)d hour", "%(number)d hours", number),
        Unit.CALENDAR_DAY: ngettext("%(number)d calendar day", "%(number)d calendar days", number),
        Unit.WORKING_DAY: ngettext("%(number)d working day", "%(number)d working days", number),
        Unit.MONTH: ngettext("%(number)d month", "%(number)d months", number),
        Unit.YEAR: ngettext("%(number)d year", "%(number)d years", number),
    }
    return sentences[Unit(unit)] % {"number": number}


def longest(step: ExtensionStep) -> str:
    """How far one step extends, such as "to 30 calendar days" or "1 month more"."""
    if step.length is None:
        return _("as long as the office decides")
    text = _("to %(length)s in all") if step.to_total else _("%(length)s more")
    return text % {"length": length(step.length, step.unit)}


def sentence_of(step: CountStep) -> str:
    """One step of a count as a sentence."""
    values = {"number": step.number, "at": _day(step), "length": ""}
    if step.unit:
        values["length"] = length(step.number or 0, step.unit)
    elif step.code in Unit.values and step.number is not None:
        values["length"] = length(step.number, step.code)
    return _sentence(step.code, step.number or 0) % values


def _sentence(code: str, number: int) -> str:
    if code in Unit.values and code != Unit.PROMPTLY:
        return _("%(length)s: until %(at)s.")
    sentences = {
        "promptly": _("The law names no length: without delay."),
        "first_day_not_counted": _("%(at)s is the day of the event and does not count."),
        "month_end": _("It began on the last day of a month, so it ends on one: %(at)s (SPC Interpretation art. 202)."),
        "extended": _("Extended by %(length)s: until %(at)s."),
        "extended_to": _("Extended to %(length)s in all: until %(at)s."),
        "rolled": _("That is not a working day; the period ends on the next one, %(at)s."),
        "deferred": _("The deferral that was granted sets the last day: %(at)s."),
        "rolled_lenient": _("If a holiday at the end lengthens it, which is not settled, it ends on %(at)s."),
        "lenient": _("If counted in working days, it would end on %(at)s."),
        "day_early": _("In practice custody includes both days: the warning treats %(at)s as the last day."),
        "earlier": ngettext("%(number)d day before that: %(at)s.", "%(number)d days before that: %(at)s.", number),
        "paused": ngettext(
            "%(number)d day of pause does not count: until %(at)s.",
            "%(number)d days of pause do not count: until %(at)s.",
            number,
        )
        if number
        else _("The pause does not count: until %(at)s."),
    }
    return sentences[code]


def _day(step: CountStep) -> str:
    if isinstance(step.at, datetime):
        return step.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return step.at.isoformat()


def subject_choices() -> list[tuple[str, Text]]:
    """Kinds of subjects of clocks: code and label."""
    return [(subject.clock_kind, subject.clock_label) for subject in subjects_of_clocks()]


def about(clock: Clock) -> Text:
    """The label of the subject of this clock."""
    return dict(subject_choices()).get(clock.subject_kind, clock.subject_kind)
