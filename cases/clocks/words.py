"""A period in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Rule, Unit


def length_of(rule: Rule) -> str:
    """ "45 working days"; "promptly" where the law names no length."""
    if rule.length is None:
        return _("promptly")
    number = rule.length
    sentences = {
        Unit.HOUR: ngettext("%(number)d hour", "%(number)d hours", number),
        Unit.CALENDAR_DAY: ngettext("%(number)d calendar day", "%(number)d calendar days", number),
        Unit.WORKING_DAY: ngettext("%(number)d working day", "%(number)d working days", number),
        Unit.MONTH: ngettext("%(number)d month", "%(number)d months", number),
        Unit.YEAR: ngettext("%(number)d year", "%(number)d years", number),
    }
    return sentences[Unit(rule.unit)] % {"number": number}
