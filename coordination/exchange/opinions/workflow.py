"""Workflows of a round of opinions and of one agency's opinion."""

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from coordination.exchange.letters.fields import KEPT_REASON, of_case
from coordination.exchange.letters.tables import bilateral, internal

from .access import (
    OFFICE,
    agency_chief,
    agency_lead,
    agency_office_holder,
    agency_staff,
    deciding_office_holder,
    round_asker,
    task_asker,
)
from .models import Opinion, OpinionLevel, OpinionRound, Stance

R, S = OpinionRound.State, Opinion.State


def still_asked(opinion: Opinion, actor: Actor) -> UnmetCondition | None:
    if opinion.round.is_open:
        return None
    return UnmetCondition("round", gettext("The question is concluded: your agency's opinion is no longer needed."))


def not_his_own(opinion: Opinion, actor: Actor) -> UnmetCondition | None:
    """A person who wrote the opinion at a lower level, in this or an earlier turn, does not give it for the agency."""
    if not OFFICE.bars(actor, opinion):
        return None
    return _own()


def not_his_own_draft(opinion: Opinion, actor: Actor) -> UnmetCondition | None:
    """A drafter does not review the draft. A lead who reviewed an earlier draft may review the next."""
    drafted = opinion.levels.filter(level=OpinionLevel.Level.OFFICER, person=actor.person_id)
    return _own() if actor.is_person and drafted.exists() else None


def _own() -> UnmetCondition:
    return UnmetCondition(
        "own", gettext("You wrote this opinion at a lower level; another person signs it at the higher level.")
    )


def has_conditions(opinion: Opinion, actor: Actor) -> UnmetCondition | None:
    if opinion.conditions:
        return None
    return UnmetCondition("conditions", gettext("This opinion has no conditions."))


def more_to_ask(asked: OpinionRound, actor: Actor) -> UnmetCondition | None:
    if _others(asked, actor):
        return None
    return UnmetCondition(
        "agencies", gettext("Every agency that may read the case has been asked. Share the case first.")
    )


def _others(asked: Any, actor: Actor) -> list[tuple[str, str]]:
    known = set(asked.opinions.values_list("agency__code", flat=True))
    return [one for one in choices.agencies_to_consult(asked.case, actor) if one[0] not in known]


def _stances(opinion: Any, actor: Actor) -> list[tuple[str, Any]]:
    return list(Stance.choices)


def _previous_level(name: str) -> Any:
    """Initial value: the opinion of the level below, so that agreement needs no typing."""

    def initial(opinion: Opinion, actor: Actor) -> Any:
        last = opinion.levels.filter(turn=opinion.turn).last() or opinion.levels.last()
        return getattr(last, name) if last else ""

    return initial


SAYS = (
    ActionField("stance", _("Opinion"), kind="choice", choices=_stances, of_new=True, initial=_previous_level("stance")),
    ActionField("conditions", _("Conditions"), kind="long", required=False, of_new=True, initial=_previous_level("conditions"),
        help=_("Conditions to be met or actions to be taken. They may become tasks.")),
    ActionField("reasons", _("Reasons"), kind="long", required=False, of_new=True, initial=_previous_level("reasons"),
        help=_("Required for an objection, or if your agency is not competent.")),
)  # fmt: skip
DUE = ActionField("due_at", _("Opinion due"), kind="datetime", stores=True)
AGENCIES = ActionField("agencies", pgettext_lazy("opinion", "Agencies to ask"), kind="choices", choices=_others)
CONCLUSION = ActionField("conclusion", _("Conclusion, dissent included"), kind="long", stores=True)
TASK = (
    ActionField("agency", _("Agency or unit"), kind="choice", choices=of_case(choices.agencies_on_case), of_new=True),
    ActionField("title", _("What is to be done"), of_new=True, initial=lambda opinion, actor: opinion.conditions[:200]),
    ActionField("due_at", _("Due"), kind="datetime", required=False, of_new=True),
)

# fmt: off
ROUND_TRANSITIONS = {
    # verb         from                            to              who                       fields / needs
    "ask_more":  internal(R.OPEN,                      to=None,        by=round_asker,           fields=(AGENCIES,), needs=(more_to_ask,)),
    "set_due":   internal(R.OPEN,                      to=None,        by=round_asker,           fields=(DUE, REASON)),
    "conclude":  internal(R.OPEN,                      to=R.CONCLUDED, by=round_asker,           fields=(CONCLUSION,)),
    "cancel":    internal(R.OPEN,                      to=R.CANCELLED, by=round_asker,           fields=(KEPT_REASON,)),
}
OPINION_TRANSITIONS = {
    "confirm":   bilateral(S.OUTDATED,                  to=S.GIVEN,     by=deciding_office_holder, fields=(NOTE,), needs=(still_asked, not_his_own)),
    "draft":     internal(S.ASKED, S.OUTDATED,         to=S.WITH_LEAD, by=agency_staff,           fields=SAYS, needs=(still_asked,), writes=True),
    "review":    internal(S.WITH_LEAD,                 to=S.WITH_HEAD, by=agency_lead,            fields=SAYS, needs=(still_asked, not_his_own_draft), writes=True),
    "send_back": internal(S.WITH_LEAD, S.WITH_HEAD,    to=S.ASKED,     by=agency_chief,           fields=(REASON,)),
    "give":      bilateral(*Opinion.OPEN_STATES,            to=S.GIVEN,     by=deciding_office_holder, fields=SAYS, needs=(still_asked, not_his_own)),
    "take_back": bilateral(S.GIVEN, S.OUTDATED,         to=S.ASKED,     by=agency_office_holder,   fields=(REASON,), needs=(still_asked,)),
    "ask_task":  bilateral(S.GIVEN, S.OUTDATED,         to=None,        by=task_asker,            fields=TASK, needs=(has_conditions,)),
    "outdate":   bilateral(S.GIVEN,                     to=S.OUTDATED,  by=system_only, system=True),
    "lapse":     bilateral(S.ASKED, S.WITH_LEAD, S.WITH_HEAD, to=S.LAPSED, by=system_only, system=True),
}
# fmt: on

ROUND_LABELS = {
    "ask": Labels(_("Request"), _("asked for opinions")),
    "ask_more": Labels(_("Ask further agencies"), _("asked further agencies for their opinions")),
    "set_due": Labels(_("Change the deadline"), _("changed the deadline of the opinions")),
    "conclude": Labels(_("Conclude"), _("concluded the round of opinions"), "primary"),
    "cancel": Labels(_("Cancel the question"), _("cancelled the question"), "danger"),
}
OPINION_LABELS = {
    "ask": Labels(_("Request"), _("asked for an opinion")),
    "draft": Labels(_("Write the officer's opinion"), _("wrote the officer's opinion"), "primary"),
    "review": Labels(_("Give the lead's opinion"), _("gave the lead's opinion"), "primary"),
    "send_back": Labels(_("Return for revision"), _("returned the opinion for revision")),
    "give": Labels(_("Give the agency's opinion"), _("gave the opinion of the agency"), "primary"),
    "confirm": Labels(_("Confirm on the changed facts"), _("confirmed the opinion on the changed facts"), "primary"),
    "take_back": Labels(_("Take opinion back"), _("took the opinion back"), "danger"),
    "ask_task": Labels(_("Turn a condition into a task"), _("turned a condition into a task")),
    "outdate": Labels(_("Facts changed"), _("the facts underlying the opinion changed")),
    "lapse": Labels(_("No longer requested"), _("the opinion is no longer requested")),
}

ROUND = Workflow("round of opinions", R, ROUND_TRANSITIONS, ROUND_LABELS, final=frozenset({R.CONCLUDED, R.CANCELLED}))
OPINION = Workflow("opinion", S, OPINION_TRANSITIONS, OPINION_LABELS, final=frozenset({S.LAPSED}))
LEVEL_OF = {
    "draft": OpinionLevel.Level.OFFICER,
    "review": OpinionLevel.Level.LEAD,
    "give": OpinionLevel.Level.OFFICE,
}
