"""Legal terms for goods and periods: `{% load law %}`."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import ANONYMOUS
from agencies.kernel.texts import Text
from cases.casefile.threshold import ThresholdSums
from cases.clocks.models import Clock, PeriodKind, PeriodRule, Side
from cases.clocks.models.rules import DAYS_TO_HAND_OVER
from cases.clocks.texts import length_of as length_in_words
from cases.controls import words
from cases.controls.countries import country_name
from cases.controls.rulebook import EVERY, ControlRule
from cases.controls.store import current
from cases.controls.verdicts import RuleStanding, RuleVerdict, Verdict, decisive
from coordination.automation.routing.choices import materials

from .civic import badge

register = template.Library()

# Verdict of the control law and status of a rule → tone, icon.
CONTROL_VERDICT = {
    "barred": ("wait", "slash-circle"),
    "not_licensed": ("wait", "x-circle"),
    "stricter_review": ("wait", "exclamation-circle"),
    "licence": ("info", "check-circle"),
    "suspended": ("stopped", "pause-circle"),
    "not_controlled": ("neutral", "dash-circle"),
    "cannot_tell": ("neutral", "question-circle"),
    "outside_scope": ("neutral", "question-circle"),
    "does_not": ("neutral", "dash-circle"),
}
RULE_STATUS = {
    "applies": ("info", "check-circle"),
    "verify": ("wait", "question-circle"),
    "cannot_tell": ("wait", "question-circle"),
    "suspended": ("stopped", "pause-circle"),
    "does_not": ("neutral", "dash-circle"),
}
STANDING = {
    "in_force": (_("in force"), "info", "check-circle"),
    "suspended": (_("not applied at present"), "stopped", "pause-circle"),
    "resumed": (_("in force again, to be verified"), "wait", "question-circle"),
}
TERMS = {
    "military": _("military users"),
    "control": _("parties of the control list"),
    "watch": _("parties of the watch list"),
    "unreliable": _("parties of the unreliable entity list"),
    "use:military": _("military uses"),
    "use:capability": _("other uses that raise military capability"),
    "use:wmd": _("weapons of mass destruction and terrorism"),
    "use:notice": _("only after notice of a risk"),
    "mode:export": _("export from China"),
    "mode:transit": _("transit or transhipment"),
    "mode:reexport": _("from one country abroad to another"),
    "mode:release": _("release of technology"),
    "origin:domestic": _("of Chinese origin"),
    "origin:foreign": _("made abroad"),
}
FOUND_BY = {
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
def length_of(rule: PeriodRule) -> str:
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
def control_verdict(code: str) -> SafeString:
    """A verdict of the control law."""
    tone, icon = CONTROL_VERDICT[code]
    return badge(str(words.OF_FAMILY[code]), tone, icon)


@register.simple_tag
def rule_status(one: RuleVerdict) -> SafeString:
    """What a control rule says of the facts."""
    tone, icon = RULE_STATUS[one.status]
    return badge(str(words.STATUSES[one.status]), tone, icon)


@register.filter
def family_words(code: str) -> Text:
    """A family of control law."""
    return words.FAMILIES[code]


@register.filter
def silent_families(verdict: Verdict) -> list[str]:
    """The families that do not cover the goods."""
    return [str(words.FAMILIES[one.family]) for one in verdict.families if one.verdict == "outside_scope"]


@register.filter
def role_words(role: str) -> Text:
    """The part of a listed party in a question."""
    label: Text = words.FACTS[role]
    return label


@register.filter
def decided_by(verdict: Verdict) -> list[RuleVerdict]:
    """The rules that lead to the verdict."""
    return decisive(verdict)


@register.filter
def verdict_words(code: str) -> Text:
    return words.CONSEQUENCES[code]


@register.filter
def country_words(code: str) -> str:
    return country_name(code)


@register.filter
def families_of(rule: ControlRule) -> list[str]:
    """The families of goods that a rule covers."""
    named = {**dict(materials(None, ANONYMOUS)), EVERY: _("all goods under control")}
    goods = {one.item_id: one.name for one in current().goods.values()}
    return [str(named.get(one) or goods.get(one, one)) for one in sorted(rule.materials)]


@register.filter
def terms_of(rule: ControlRule) -> list[str]:
    """The countries of a rule, and the users, uses, ways and origin to which it is limited."""
    codes = [
        *sorted(rule.users),
        *(f"use:{one}" for one in sorted(rule.end_use)),
        *(f"mode:{one}" for one in sorted(rule.modes)),
        *([f"origin:{rule.origin}"] if rule.origin else []),
    ]
    return [*(country_name(code) for code in sorted(rule.destinations)), *(str(TERMS[code]) for code in codes)]


@register.simple_tag
def rule_standing(now: RuleStanding) -> SafeString:
    """Whether a rule is in force on the day asked for."""
    label, tone, icon = STANDING[now.state]
    state = badge(str(label), tone, icon)
    pause = now.suspension
    if pause is None:
        return format_html("{}", state)
    days = f"{pause.begins.isoformat()} – {pause.ends.isoformat() if pause.ends else ''}"
    return format_html('{}<span class="cv-sub">{} {} · {}</span>', state, _("suspended"), days, pause.cited)


@register.filter
def doubt_words(code: str) -> Text:
    return words.DOUBTS[code]


@register.filter
def fact_words(names: Iterable[str]) -> list[str]:
    """The names of missing facts and parameters."""
    book = current()
    return [str(words.fact_label(name, book)) for name in names]


@register.filter
def found_by(why: str) -> Text:
    """Why goods of the list were found; not a finding that they are meant."""
    return FOUND_BY[why]


@register.simple_tag
def line_verdict(line: ThresholdSums) -> SafeString:
    """Known sums compared with the criminal threshold of 20 t or 200,000 CNY."""
    tone, icon, words, why = VERDICT[line.verdict]
    also = _("It includes goods that the control law does not control; they count until a person has determined that.")
    return format_html("{} {} {}", badge(str(words), tone, icon), why, also if line.has_uncontrolled else "")


@register.simple_tag
def clock_owner(clock: Clock) -> Text:
    """Whose period it is, if no agency in the system owes it."""
    return OWNERS.get(Side(clock.rule.owner_side), _("a party outside the system"))


@register.simple_tag
def clock_end(clock: Clock) -> SafeString | Text:
    """How a stopped clock ended. Only a duty can end late."""
    if clock.rule.kind != PeriodKind.DUTY:
        return _("ended")
    if clock.is_overdue():
        return badge(str(_("ended late")), "wait", "exclamation-circle")
    return badge(str(_("ended in time")), "good", "check-lg")


@register.simple_tag
def bridge_of(clocks: Iterable[Clock]) -> dict[str, Any] | None:
    """Warns both sides if an administrative measure ends before the latest lawful filing and hand-over of goods."""
    for review in clocks:
        if review.rule.code in DAYS_TO_HAND_OVER and review.stopped_at is None:
            first = Clock.objects.ending_before(review).first()
            return {"ends": first.due_at, "review": review, "latest": review.latest_hand_over} if first else None
    return None
