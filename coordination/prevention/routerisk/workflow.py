"""Workflows of a rule about the way of goods, and of a finding."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, SecondPerson, Visibility, Workflow, automatic, transition
from cases.casefile.models import Case
from cases.controls.models import Technique

from .access import judge, keeper
from .kinds import TESTS, RiskTest
from .looking import reason_of
from .models import RiskFinding, RiskRule
from .parameters import PARAMETERS

R, F = RiskRule.State, RiskFinding.State
OWN = Visibility.OWN


# Rules ---------------------------------------------------------------------------------------------------------------
def no_draft(rule: RiskRule, actor: Actor) -> UnmetCondition | None:
    drafts = RiskRule.objects.filter(agency=rule.agency_id, code=rule.code, state=R.DRAFT)
    if not drafts.exists():
        return None
    return UnmetCondition("draft", gettext("There is a draft of the next version already."))


def _rests(rule: RiskRule, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    """A rule is never put into force by its author alone."""
    return [gettext("what %(rule)s finds on the shipments of all cases that it looks at") % {"rule": rule.name}]


def _before(rule: RiskRule, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": rule.version}


TO_ACTIVATE = SecondPerson(_rests, _before, kind="risk")
KIND = ActionField("kind", pgettext_lazy("rule", "Test"), choices=RiskRule.Kind.choices, of_new=True)
CODE = ActionField(
    *("code", pgettext_lazy("rule", "Code")), max_length=40, help=_("Your own, such as R-TRANSIT. Versions share it.")
)
WORDS = (
    ActionField("name_zh", pgettext_lazy("rule", "Name in Chinese"), stores=True),
    ActionField("name_en", pgettext_lazy("rule", "Name in English"), stores=True),
    ActionField(
        *("weight", _("Weight"), "number"),
        stores=True,
        initial=lambda rule, actor: 3,
        help=_("1 to 5. Reasons of heavier rules are shown first."),
    ),
)
NEW = (CODE, KIND, *WORDS, *PARAMETERS)
EDITED = (*WORDS, *PARAMETERS)

# fmt: off
RULE_TRANSITIONS = {
    "edit":      transition(R.DRAFT,               by=keeper, fields=EDITED, visibility=OWN),
    "activate":  transition(R.DRAFT, to=R.ACTIVE,  by=keeper, fields=(REASON,), visibility=OWN, second=TO_ACTIVATE),
    "revise":    transition(R.ACTIVE, R.RETIRED,   by=keeper, needs=(no_draft,), visibility=OWN),
    "retire":    transition(R.DRAFT, R.ACTIVE, to=R.RETIRED, by=keeper, fields=(REASON,), visibility=OWN),
    "supersede": automatic(R.ACTIVE, to=R.RETIRED, visibility=OWN),
}
# fmt: on
RULE_LABELS = {
    "draft": Labels(_("New rule"), _("drafted a rule")),
    "edit": Labels(_("Edit"), _("edited the draft of the rule")),
    "activate": Labels(_("Put into force"), _("put the rule into force"), "primary"),
    "revise": Labels(_("Draft the next version"), _("drafted the next version of the rule")),
    "retire": Labels(_("Take out of force"), _("took the rule out of force"), "danger"),
    "supersede": Labels(_("Replace"), _("the next version replaced the rule")),
}
RULE = Workflow("risk rule", R, RULE_TRANSITIONS, RULE_LABELS, final=frozenset({R.RETIRED}))


def _of_test(test: RiskTest) -> Workflow:
    """The table of rules with this test: an edit asks its parameters alone."""
    fields = (*WORDS, *(field for field in PARAMETERS if field.name in test.parameters))
    edit = replace(RULE.transitions["edit"], fields=fields)
    return replace(RULE, transitions={**RULE.transitions, "edit": edit})


BY_TEST = {kind: _of_test(test) for kind, test in TESTS.items()}


# Findings ------------------------------------------------------------------------------------------------------------
def not_judged_elsewhere(finding: RiskFinding, actor: Actor) -> UnmetCondition | None:
    """A verdict is changed only by the agency that gave it."""
    if finding.verdict_agency_id in (None, actor.agency_id):
        return None
    return UnmetCondition("verdict", gettext("Another agency has given a verdict on this finding."))


def case_is_live(finding: RiskFinding, actor: Actor) -> UnmetCondition | None:
    if finding.case.state != Case.State.CLOSED:
        return None
    return UnmetCondition("case", gettext("The case is closed. Its lead agency can reopen it."))


def new_technique(finding: RiskFinding, actor: Actor) -> UnmetCondition | None:
    if _techniques(finding, actor):
        return None
    return UnmetCondition("technique", gettext("Every technique is recorded on the case already."))


def _techniques(finding: Any, actor: Actor) -> Choices:
    """Techniques that the case does not have yet: a finding changes nothing that a person recorded."""
    held = finding.case.technique_findings.values("technique")
    return [(one.code, one.name) for one in Technique.objects.exclude(pk__in=held).order_by("code")]


def _likely_technique(finding: Any, actor: Actor) -> str:
    likely = TESTS[finding.rule.kind].technique
    return likely if likely in dict(_techniques(finding, actor)) else ""


def _as_source(finding: Any, actor: Actor) -> str:
    words = {"rule": finding.rule.code, "number": finding.rule.number, "reason": reason_of(finding.rule, finding.facts)}
    return gettext("Rule %(rule)s, version %(number)s: %(reason)s") % words


VERDICT = ActionField("verdict", pgettext_lazy("finding", "Verdict"), choices=RiskFinding.Verdict.choices, of_new=True)
PROPOSED = (
    ActionField("technique", _("Technique"), choices=_techniques, of_new=True, initial=_likely_technique),
    ActionField("source", _("Source of the finding"), kind="long", of_new=True, initial=_as_source),
    OptionalField("reason", _("Note"), kind="long"),
)

# fmt: off
FINDING_TRANSITIONS = {
    "judge":   transition(F.STANDING, F.GONE, by=judge, fields=(VERDICT, REASON), needs=(not_judged_elsewhere,)),
    "propose": transition(F.STANDING,         by=judge, fields=PROPOSED, needs=(case_is_live, new_technique)),
    "vanish":  automatic(F.STANDING, to=F.GONE),
}
# fmt: on
FINDING_LABELS = {
    "find": Labels(_("Find"), _("the rule was met")),
    "judge": Labels(_("Give a verdict"), _("gave a verdict on the finding"), "primary"),
    "propose": Labels(_("Propose a technique"), _("proposed a technique of evasion from the finding")),
    "vanish": Labels(_("No longer met"), _("the rule is no longer met by these facts")),
}
FINDING = Workflow("risk finding", F, FINDING_TRANSITIONS, FINDING_LABELS, final=frozenset({F.GONE}))
