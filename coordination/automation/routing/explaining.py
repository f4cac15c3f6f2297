"""Explains why an item is in this queue: each condition of the rule beside the value found."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import SYSTEM
from cases.controls.countries import country_name

from . import choices
from .matching import STRICT, conditions
from .models import Routing, RoutingRule
from .spreadsheet import RuleRow, amount_text
from .workflow import RULE

LABELS = {ask.name: ask.label for ask in RULE}
FINDERS = {
    "kinds": choices.kinds,
    "violation_types": choices.violation_types,
    "materials": choices.materials,
    "districts": choices.districts,
    "severities": choices.severities,
    "verdicts": choices.verdicts,
    STRICT: choices.verdict_limits,
}


@dataclass(frozen=True)
class ComparedCondition:
    """A condition: the required and the found value as texts; `had` is "" if unknown."""

    label: Any
    wanted: str
    had: str
    met: bool


class ConditionLabels:
    """Labels of codes. Each list is read once, on first use."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def of(self, name: str, codes: Iterable[str]) -> str:
        if name == "destinations":
            return _(", ").join(country_name(code) for code in codes)
        if name not in self._known:
            self._known[name] = {str(code): str(label) for code, label in FINDERS[name](None, SYSTEM)}
        return _(", ").join(self._known[name].get(code, code) for code in codes)


def compared_conditions(routing: Routing) -> list[ComparedCondition]:
    """Conditions of the deciding rule, compared with the stored facts."""
    if routing.rule is None:
        return []
    words = ConditionLabels()
    return [
        ComparedCondition(
            LABELS[one.name],
            _words(one.name, one.wanted, words),
            _words("verdicts" if one.name == STRICT else one.name, one.had, words),
            one.met,
        )
        for one in conditions(routing.rule, routing.facts)
    ]


def conditions_of(rule: RoutingRule | RuleRow, words: ConditionLabels) -> list[tuple[Any, str]]:
    """Conditions of a rule for the table of rules; [] means any."""
    return [(LABELS[one.name], _words(one.name, one.wanted, words)) for one in conditions(rule, {})]


def _words(name: str, value: Any, words: ConditionLabels) -> str:
    if value is None:
        return ""
    if name in FINDERS or name == "destinations":
        codes = [value] if isinstance(value, str) else list(value)
        return words.of(name, codes) if codes else _("not in the list")
    return amount_text(Decimal(value))
