"""Workflow of a version of routing rules."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, condition, transition
from cases.controls.countries import ROUTE_HELP

from . import choices
from .access import keeps_rules
from .models import RuleSet
from .spreadsheet import COLUMNS, RuleCodes, row_of, rows_of, write_rows

S = RuleSet.State
edit = partial(transition, by=keeps_rules, visibility=Visibility.OWN)


def _places(rule_set: Any, actor: Actor) -> Choices:
    rules = rule_set.rules.select_related("unit")
    return [(str(rule), f"{rule} {rule.note or rule.unit.name}".strip()) for rule in rules]


@condition("rules", _("It has no rules yet."))
def has_rules(rule_set: RuleSet) -> bool:
    return rule_set.rules.exists()


def rules_hold(rule_set: RuleSet, actor: Actor) -> UnmetCondition | None:
    """Units and officers may have left since the draft was written."""
    known = RuleCodes(rule_set)
    wrong = [f"{row.tier}.{row.position}: {error.detail}" for row in rows_of(rule_set) for error in known.wrong_in(row)]
    return UnmetCondition("stale_rules", " ".join(wrong)) if wrong else None


@condition("begun", _("It is already in force. Publish another version that replaces it."))
def not_begun(rule_set: RuleSet) -> bool:
    return rule_set.starts_at is None or rule_set.starts_at > times.now()


def _any(name: str, label: Any, find: Any) -> ActionField:
    return OptionalField(name, label, kind="choices", choices=find, of_new=True)


def _amount(name: str, label: Any) -> ActionField:
    return OptionalField(name, label, kind="decimal", of_new=True)


def _codes_now(rule_set: Any, actor: Actor) -> str:
    return write_rows(rows_of(rule_set)) if rule_set.rules.exists() else f"{','.join(COLUMNS)}\r\n"


def _rule_now(rule_set: Any, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Initial form data: the chosen rule, by default the first."""
    rules = list(rule_set.rules.select_related("unit"))
    rule = next((one for one in rules if str(one) == chosen.get("rule")), rules[0] if rules else None)
    if rule is None:
        return {}
    data = asdict(row_of(rule))
    return data | {"rule": str(rule), "destinations": " ".join(data["destinations"])}


RULE = (
    ActionField("tier", _("Tier"), kind="number", of_new=True, help=_("1 to 9. The first tier with a matching rule decides.")),
    ActionField("position", _("Number"), kind="number", of_new=True, help=_("Within the tier the lowest number decides.")),
    _any("kinds", _("Incoming work"), choices.kinds),
    _any("violation_types", _("Violation types"), choices.violation_types),
    _any("materials", _("Materials"), choices.materials),
    _any("districts", _("Customs districts"), choices.districts),
    OptionalField("destinations", _("Destinations"), of_new=True, help=ROUTE_HELP),
    _any("severities", _("Severity"), choices.severities),
    _any("verdicts", _("Control verdict"), choices.verdicts),
    OptionalField(
        "verdict_from", _("Control verdict at least"), choices=choices.verdict_limits, of_new=True,
        help=_("Of the day of the conduct and the destination; the strictest of several. A verdict that is not decidable meets no limit."),
    ),
    _amount("value_from", _("Value from (CNY)")),
    _amount("value_below", _("Value below (CNY)")),
    _amount("weight_from", _("Weight from (kg)")),
    _amount("weight_below", _("Weight below (kg)")),
    OptionalField("starts_on", _("First day"), kind="date", of_new=True),
    OptionalField("ends_on", _("Last day"), kind="date", of_new=True),
    ActionField("unit", _("Unit"), choices=choices.units, of_new=True),
    ActionField("mode", _("Assigned to"), choices=choices.modes, of_new=True),
    _any("officers", _("Officers"), choices.officers),
    ActionField("priority", _("Priority"), choices=choices.priorities, of_new=True),
    OptionalField("note", _("Note"), of_new=True),
)  # fmt: skip
PLACE = ActionField("rule", _("Rule"), choices=_places, of_new=True)
ONE = replace(PLACE, help=_("The current values are shown below. Choose another rule on the page of the version."))
EDITED = (ONE, *RULE)
ROWS = ActionField(
    "rows", _("All rules as CSV"), kind="table", of_new=True, initial=_codes_now,
    help=_("They replace all rules of the draft. All lines are imported, or none."),
)  # fmt: skip
STARTS = OptionalField(
    "starts_at", _("In force from"), kind="datetime", of_new=True,
    help=_("Empty: now. Beijing time; not in the past."),
)  # fmt: skip

# fmt: off
TRANSITIONS = {
    "add_rule":     edit(S.DRAFT,              fields=RULE),
    "edit_rule":    edit(S.DRAFT,              fields=EDITED, needs=(has_rules,), fills=_rule_now),
    "remove_rule":  edit(S.DRAFT,              fields=(PLACE,), needs=(has_rules,)),
    "import_rules": edit(S.DRAFT,              fields=(ROWS,)),
    "publish":      edit(S.DRAFT,              to=S.PUBLISHED, fields=(STARTS, NOTE), needs=(has_rules, rules_hold)),
    "withdraw":     edit(S.DRAFT, S.PUBLISHED, to=S.WITHDRAWN, fields=(REASON,), needs=(not_begun,)),
}
# fmt: on

LABELS = {
    "draft": Labels(_("Draft new version"), _("drafted a version of the routing rules")),
    "add_rule": Labels(_("Add a rule"), _("added a routing rule")),
    "edit_rule": Labels(_("Change a rule"), _("changed a routing rule")),
    "remove_rule": Labels(_("Remove a rule"), _("removed a routing rule")),
    "import_rules": Labels(_("Replace all rules"), _("replaced all rules of the draft")),
    "publish": Labels(_("Publish"), _("published routing rules"), "primary"),
    "withdraw": Labels(_("Withdraw the version"), _("withdrew a version of the routing rules"), "danger"),
}

RULE_SET = Workflow("rule set", S, TRANSITIONS, LABELS, final=frozenset({S.WITHDRAWN}))
