"""The table of a version of routing rules."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.controls.countries import ROUTE_HELP

from . import choices
from .access import keeps_rules
from .models import RuleSet
from .sheet import COLUMNS, Known, row_of, rows_of, write_rows

S = RuleSet.State


def _places(rule_set: Any, actor: Actor) -> list[tuple[str, str]]:
    rules = rule_set.rules.select_related("unit")
    return [(str(rule), f"{rule} {rule.note or rule.unit.name}".strip()) for rule in rules]


def has_rules(rule_set: RuleSet, actor: Actor) -> Missing | None:
    if rule_set.rules.exists():
        return None
    return Missing("rules", gettext("It has no rule yet."))


def rules_hold(rule_set: RuleSet, actor: Actor) -> Missing | None:
    """Units and officers may have left since the draft was written."""
    known = Known(rule_set)
    wrong = [f"{row.tier}.{row.position}: {error.detail}" for row in rows_of(rule_set) for error in known.wrong_in(row)]
    return Missing("stale_rules", " ".join(wrong)) if wrong else None


def not_begun(rule_set: RuleSet, actor: Actor) -> Missing | None:
    if rule_set.starts_at is None or rule_set.starts_at > times.now():
        return None
    detail = gettext("It has been in force already. Publish another version that replaces it.")
    return Missing("begun", detail)


def _any(name: str, label: Any, find: Any) -> Ask:
    return Ask(name, label, kind="choices", required=False, choices=find, of_new=True)


def _amount(name: str, label: Any) -> Ask:
    return Ask(name, label, kind="decimal", required=False, of_new=True)


def _codes_now(rule_set: Any, actor: Actor) -> str:
    return write_rows(rows_of(rule_set)) if rule_set.rules.exists() else f"{','.join(COLUMNS)}\r\n"


def _rule_now(rule_set: Any, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What the chosen rule says, as the form asks it; where none was chosen, the first."""
    rules = list(rule_set.rules.select_related("unit"))
    rule = next((one for one in rules if str(one) == chosen.get("rule")), rules[0] if rules else None)
    if rule is None:
        return {}
    told = asdict(row_of(rule))
    return told | {"rule": str(rule), "destinations": " ".join(told["destinations"])}


RULE = (
    Ask("tier", _("Tier"), kind="number", of_new=True, help=_("1 to 9. The first tier in which a rule fits decides.")),
    Ask("position", _("Number"), kind="number", of_new=True, help=_("Within the tier the lowest number decides.")),
    _any("kinds", _("What arrives"), choices.kinds),
    _any("violation_types", _("Violation types"), choices.violation_types),
    _any("materials", _("Materials"), choices.materials),
    _any("districts", _("Customs districts"), choices.districts),
    Ask("destinations", _("Destinations"), required=False, of_new=True, help=ROUTE_HELP),
    _any("severities", _("Severity"), choices.severities),
    _amount("value_from", _("Value from (CNY)")),
    _amount("value_below", _("Value below (CNY)")),
    _amount("weight_from", _("Weight from (kg)")),
    _amount("weight_below", _("Weight below (kg)")),
    Ask("starts_on", _("First day"), kind="date", required=False, of_new=True),
    Ask("ends_on", _("Last day"), kind="date", required=False, of_new=True),
    Ask("unit", _("Unit"), kind="choice", choices=choices.units, of_new=True),
    Ask("mode", _("Who takes it"), kind="choice", choices=choices.modes, of_new=True),
    _any("officers", _("Officers"), choices.officers),
    Ask("priority", _("Priority"), kind="choice", choices=choices.priorities, of_new=True),
    Ask("note", _("Note"), required=False, of_new=True),
)  # fmt: skip
PLACE = Ask("rule", _("Rule"), kind="choice", choices=_places, of_new=True)
ONE = replace(PLACE, help=_("Below stands what it says now. Another one is chosen on the page of the version."))
EDITED = (ONE, *RULE)
ROWS = Ask(
    "rows", _("All rules as CSV"), kind="table", of_new=True, initial=_codes_now,
    help=_("They take the place of all rules of the draft. All lines or none."),
)  # fmt: skip
STARTS = Ask(
    "starts_at", _("In force from"), kind="datetime", required=False, of_new=True,
    help=_("Leave empty for now. Shanghai time; never in the past."),
)  # fmt: skip

# fmt: off
MOVES = {
    # verb            from                  to               who              needs / asks
    "add_rule":     move(S.DRAFT,                to=None,        by=keeps_rules,                                  asks=RULE,            reach=Reach.OWN),
    "edit_rule":    move(S.DRAFT,                to=None,        by=keeps_rules,  needs=(has_rules,),             asks=EDITED,          reach=Reach.OWN, fills=_rule_now),
    "remove_rule":  move(S.DRAFT,                to=None,        by=keeps_rules,  needs=(has_rules,),             asks=(PLACE,),        reach=Reach.OWN),
    "import_rules": move(S.DRAFT,                to=None,        by=keeps_rules,                                  asks=(ROWS,),         reach=Reach.OWN),
    "publish":      move(S.DRAFT,                to=S.PUBLISHED, by=keeps_rules,  needs=(has_rules, rules_hold),  asks=(STARTS, NOTE),  reach=Reach.OWN),
    "withdraw":     move(S.DRAFT, S.PUBLISHED,   to=S.WITHDRAWN, by=keeps_rules,  needs=(not_begun,),             asks=(REASON,),       reach=Reach.OWN),
}
# fmt: on

WORDS = {
    "draft": Words(_("Draft a version"), _("drafted a version of the routing rules")),
    "add_rule": Words(_("Add a rule"), _("added a routing rule")),
    "edit_rule": Words(_("Change a rule"), _("changed a routing rule")),
    "remove_rule": Words(_("Remove a rule"), _("removed a routing rule")),
    "import_rules": Words(_("Replace all rules"), _("replaced all rules of the draft")),
    "publish": Words(_("Publish"), _("published routing rules"), "primary"),
    "withdraw": Words(_("Withdraw the version"), _("withdrew a version of the routing rules"), "danger"),
}

RULE_SET = Workflow("rule set", S, MOVES, WORDS, final=frozenset({S.WITHDRAWN}))
