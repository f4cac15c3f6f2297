"""Codes that a rule may use, with labels: reference data, and units and officers of the agency."""

from typing import Any

from django.utils.translation import get_language, gettext

from agencies.kernel.action_fields import Choices
from agencies.kernel.actor import Actor, Role
from agencies.organisations.models import Agency
from agencies.people.models import Membership, User
from cases.casefile.models import Severity
from cases.controls.models import Country, District, ViolationType
from cases.controls.store import current
from cases.controls.verdicts import ORDER
from cases.controls.words import VERDICTS

from .models import Mode, Priority, RoutedKind, RuleSet


def kinds(rule_set: Any, actor: Actor) -> Choices:
    return list(RoutedKind.choices)


def severities(rule_set: Any, actor: Actor) -> Choices:
    return list(Severity.choices)


def verdicts(rule_set: Any, actor: Actor) -> Choices:
    return list(VERDICTS.items())


def verdict_limits(rule_set: Any, actor: Actor) -> Choices:
    """A verdict, meaning it or a stricter one, strictest first."""
    return [(code, gettext("%(verdict)s or stricter") % {"verdict": VERDICTS[code]}) for code in ORDER[:-1]]


def violation_types(rule_set: Any, actor: Actor) -> Choices:
    return [(one.code, one.name) for one in ViolationType.objects.order_by("position")]


# English names of families whose code is no English word, or whose Chinese name two families share.
NAMED_EN = {
    "battery_graphite": "lithium batteries and graphite anodes",
    "rare_earth_magnet": "NdFeB magnets",
    "ree_equipment": "rare-earth equipment and materials",
    "ree_overseas": "foreign-made items with rare-earth content",
    "ree_technology": "rare-earth technology",
    "superhard": "superhard materials (2024 No. 33)",
    "superhard_2": "superhard materials (2025 No. 55)",
}
NAMED_ZH = {"superhard": "超硬材料（2024年第33号）", "superhard_2": "超硬材料（2025年第55号）"}


def materials(rule_set: Any, actor: Actor) -> Choices:
    if _english():
        return [(code, NAMED_EN.get(code, code)) for code in sorted(_materials())]
    return [(code, NAMED_ZH.get(code, name)) for code, name in sorted(_materials().items())]


def _materials() -> dict[str, str]:
    """Families of controlled goods by code."""
    return {goods.material: goods.family_zh for goods in current().goods.values()}


def districts(rule_set: Any, actor: Actor) -> Choices:
    return [(one.code, one.name) for one in District.objects.order_by("code")]


def destinations(rule_set: Any, actor: Actor) -> Choices:
    return [(one.alpha3, one.name) for one in Country.objects.order_by("alpha3")]


def units(rule_set: RuleSet, actor: Actor) -> Choices:
    return [(one.code, one.name) for one in units_of(rule_set.agency_id)]


def officers(rule_set: RuleSet, actor: Actor) -> Choices:
    return [(one.username, one.name) for one in officers_of(rule_set.agency_id)]


def modes(rule_set: Any, actor: Actor) -> Choices:
    return list(Mode.choices)


def priorities(rule_set: Any, actor: Actor) -> Choices:
    return [(PRIORITY_CODES[value], label) for value, label in Priority.choices]


PRIORITY_CODES = {Priority.NORMAL.value: "normal", Priority.HIGH.value: "high", Priority.URGENT.value: "urgent"}
PRIORITY_VALUES = {code: value for value, code in PRIORITY_CODES.items()}


def units_of(agency_id: int) -> Any:
    return Agency.objects.filter(agency=agency_id).order_by("-is_agency", "id")


def officers_of(agency_id: int) -> Any:
    held = Membership.objects.current().filter(role=Role.OFFICER, user__agency=agency_id)
    return User.objects.filter(pk__in=held.values("user"), agency=agency_id, is_active=True).order_by("username")


def _english() -> bool:
    return (get_language() or "en").startswith("en")
