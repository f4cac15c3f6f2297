"""Legal terms for goods and periods: `{% load law %}`."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cases.casefile.threshold import ThresholdSums
from cases.clocks.models import Clock, Kind, Rule, Side
from cases.clocks.raising import REVIEWS
from cases.clocks.texts import length_of as length_in_words
from cases.controls.rules import RuleOnDate

from .civic import badge

register = template.Library()

# Status of a rule on a day (ControlItem.status_on) → tone, icon, label.
RULE_STATUS = {
    "in_force": ("info", "check-circle", _("in force")),
    "not_yet": ("neutral", "clock", _("not yet in force")),
    "suspended": ("stopped", "pause-circle", _("suspended")),
    "verify": ("wait", "question-circle", _("to be verified")),
}
RULE_REASON = {
    "control_code": _("found by control code"),
    "hs_code": _("found by HS code, which is not decisive"),
    "words": _("found by words of the description"),
}
VERDICT = {
    "above": ("wait", "arrow-up", _("reached"), _("A criminal case must be considered.")),
    "below": ("neutral", "arrow-down", _("not reached"), _("Every weight and value is known.")),
    "unknown": ("wait", "question-circle", _("unknown"), _("A weight or a value in CNY is missing.")),
}
OWNERS = {
    Side.PARTY: _("the party"),
    Side.PROCURATORATE: _("the procuratorate"),
    Side.COURT: _("the court"),
}


@register.simple_tag
def quantity(number: Decimal) -> str:
    """A weight or amount without trailing zeros: 25,000 or 12.5, in both languages as on declarations."""
    return f"{number.normalize():,f}"


@register.filter
def length_of(rule: Rule) -> str:
    """The length of a period."""
    return length_in_words(rule)


@register.simple_tag
def weight(kilograms: Decimal) -> str:
    return _("%(number)s kg") % {"number": quantity(kilograms)}


@register.simple_tag
def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency. A currency missing in the source stays missing."""
    if currency == "CNY":
        return _("%(number)s CNY") % {"number": quantity(amount)}
    return f"{quantity(amount)} {currency}".rstrip()


@register.simple_tag
def day(moment: date) -> SafeString:
    """A calendar day that is independent of time zones."""
    return format_html("<time>{}</time>", moment.isoformat())


@register.simple_tag
def rule_status(rule: RuleOnDate) -> SafeString:
    """Status of a control rule on the day asked for."""
    tone, icon, words = RULE_STATUS[rule.status]
    return badge(str(words), tone, icon)


@register.simple_tag
def rule_reason(rule: RuleOnDate) -> str | Promise:
    """Why a rule was found for an item; not a finding that it applies."""
    return RULE_REASON[rule.why]


@register.simple_tag
def line_verdict(line: ThresholdSums) -> SafeString:
    """Known sums compared with the criminal threshold of 20 t or 200,000 CNY."""
    tone, icon, words, why = VERDICT[line.verdict]
    return format_html("{} {}", badge(str(words), tone, icon), why)


@register.simple_tag
def clock_owner(clock: Clock) -> str | Promise:
    """Whose period it is, if no agency in the system owes it."""
    return OWNERS.get(Side(clock.rule.owner_side), _("a party outside the system"))


@register.simple_tag
def clock_end(clock: Clock) -> SafeString | str | Promise:
    """How a stopped clock ended. Only a duty can end late."""
    if clock.rule.kind != Kind.DUTY:
        return _("ended")
    if clock.is_overdue():
        return badge(str(_("ended late")), "wait", "exclamation-circle")
    return badge(str(_("ended in time")), "good", "check-lg")


@register.simple_tag
def bridge_of(clocks: Iterable[Clock]) -> dict[str, Any] | None:
    """Warns both sides if a measure of the sender ends before the filing review may."""
    for review in clocks:
        if review.rule.code in REVIEWS and review.stopped_at is None and review.partner_id:
            first = Clock.objects.ending_before(review).first()
            return {"ends": first.due_at, "review": review} if first else None
    return None
