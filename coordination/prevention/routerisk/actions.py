"""Actions on rules about the way of goods, and on their findings."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult, apply_transition
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.correcting import set_techniques
from cases.casefile.models import Case, CaseTechnique
from coordination.prevention.acting import record_begun
from coordination.prevention.streams import prevention_stream

from .access import drafts_rules
from .following import move_finding
from .kinds import TESTS
from .models import RiskFinding, RiskRule
from .parameters import LABELS, checked
from .workflow import FINDING, RULE

HEAVIEST = 5


# Rules ---------------------------------------------------------------------------------------------------------------
def draft_rule(*, actor: Actor, code: str, kind: str, weight: int = 3, **given: Any) -> RiskRule:
    """Drafts the first version of a rule of the actor's agency; it finds nothing before it is in force. Raises
    Forbidden, and Invalid for a code that the agency has, and for parameters that the test does not take."""
    if not drafts_rules(actor):
        raise Forbidden(_("Rules are kept by unit leads and office holders, for all agencies by coordinators."))
    _refuse_weight(weight)
    agency = Agency.objects.get(pk=actor.own_agency)
    if TESTS[kind].compares_only and agency.line == Agency.Line.CENTRE:
        detail = _("This test compares cases. Only an agency can keep it, on the cases that it reads.")
        raise Invalid.field("kind", "centre", detail)
    at = CommonAnswers.pop_from(given).resolve_time()
    parameters = checked(kind, _parameters(given))
    with atomic():
        Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
        if RiskRule.objects.filter(agency=agency, code=code).exists():
            raise Invalid.field("code", "double", _("Your agency has a rule with this code. Draft its next version."))
        made = RiskRule.objects.create(
            agency=agency, code=code, kind=kind, weight=weight, parameters=parameters, state_since=at, **given
        )
        _record_draft(made, actor)
        return made


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    """Takes the parameters out of the answers."""
    return {name: given.pop(name) for name in LABELS if name in given}


def _refuse_weight(weight: int) -> None:
    if not 1 <= weight <= HEAVIEST:
        raise Invalid.field(
            "weight", "range", _("Enter a number from %(least)d to %(most)d.") % {"least": 1, "most": HEAVIEST}
        )


def _record_draft(rule: RiskRule, actor: Actor) -> None:
    data = {"code": rule.code, "number": rule.number, "kind": rule.kind, "parameters": rule.parameters}
    record_begun(rule, "draft", actor=actor, at=rule.state_since, data=data)


def move_rule(rule: RiskRule, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[RiskRule]:
    """Applies a transition of a rule, in its own stream of the journal."""
    return apply_transition(rule, verb, actor=actor, streams=[prevention_stream(rule.pk)], **given)


def edit_rule(rule: RiskRule, *, actor: Actor, **given: Any) -> TransitionResult[RiskRule]:
    """Changes the draft. Parameters that are not sent stay; one that is sent empty goes."""
    if "weight" in given:
        _refuse_weight(given["weight"])
    parameters = checked(rule.kind, {**rule.parameters, **_parameters(given)})
    return move_rule(rule, "edit", actor=actor, changes={"parameters": parameters}, **given)


def activate_rule(rule: RiskRule, *, actor: Actor, **given: Any) -> TransitionResult[RiskRule]:
    """Puts the version into force in place of the one before. A second person has confirmed it."""
    with atomic():
        same = RiskRule.objects.active().filter(agency=rule.agency_id, code=rule.code).exclude(pk=rule.pk)
        for old in same.select_related("agency"):
            move_rule(old, "supersede", actor=SYSTEM)
        return move_rule(rule, "activate", actor=actor, changes={"activated_at": TIME_OF_ACT}, **given)


def revise_rule(rule: RiskRule, *, actor: Actor, **given: Any) -> RiskRule:
    """Drafts the next version, with the content of this one."""
    with atomic():
        applied = move_rule(rule, "revise", actor=actor, **given)
        last = RiskRule.objects.filter(agency=rule.agency_id, code=rule.code).order_by("-number")[0]
        made = RiskRule.objects.create(
            agency=rule.agency,
            number=last.number + 1,
            state_since=applied.at,
            **{name: getattr(rule, name) for name in ("code", "kind", "name_zh", "name_en", "parameters", "weight")},
        )
        _record_draft(made, actor)
        return made


# Findings ------------------------------------------------------------------------------------------------------------
def judge_finding(
    finding: RiskFinding, *, actor: Actor, verdict: str, reason: str, **given: Any
) -> TransitionResult[RiskFinding]:
    """Records what a person thinks of the finding. It changes no fact of the case."""
    person = {"verdict_agency_id": actor.own_agency, "verdict_by_id": actor.person_id, "verdict_at": TIME_OF_ACT}
    changes = {"verdict": verdict, "verdict_reason": reason, **person}
    return move_finding(finding, "judge", actor=actor, verdict=verdict, reason=reason, changes=changes, **given)


def propose_technique(
    finding: RiskFinding, *, actor: Actor, technique: str, source: str, **given: Any
) -> TransitionResult[RiskFinding]:
    """Records the technique on the case as suspected, with the finding as its source, by the act of the case."""
    with atomic():
        case = Case.objects.get(pk=finding.case_id)
        set_techniques(
            case,
            actor=actor,
            techniques=[technique],
            standing=CaseTechnique.Standing.SUSPECTED,
            source=source,
            reason=given.get("reason") or source,
        )
        return move_finding(finding, "propose", actor=actor, technique=technique, source=source, **given)


RULE_ACTIONS = by_verb(move_rule, RULE, edit=edit_rule, activate=activate_rule, revise=revise_rule)
FINDING_ACTIONS = by_verb(move_finding, FINDING, judge=judge_finding, propose=propose_technique)
