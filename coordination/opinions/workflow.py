"""The tables of a round of opinions and of the opinion of one organ in it."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.casefile import choices

from .access import (
    OFFICE,
    deciding_office_holder,
    nobody,
    organ_chief,
    organ_lead,
    organ_office_holder,
    organ_staff,
    round_asker,
    task_asker,
)
from .models import Opinion, OpinionLevel, OpinionRound, Stance

R, S = OpinionRound.State, Opinion.State
OWN, PAIR = Reach.OWN, Reach.PAIR


def still_asked(opinion: Opinion, actor: Actor) -> Missing | None:
    if opinion.round.is_open:
        return None
    return Missing("round", gettext("The question is concluded: nothing more is asked of your organ."))


def not_his_own(opinion: Opinion, actor: Actor) -> Missing | None:
    """Nobody signs for the agency what they ever wrote at a lower level, in this round or an earlier one."""
    if not OFFICE.bars(actor, opinion):
        return None
    return _own()


def not_his_own_draft(opinion: Opinion, actor: Actor) -> Missing | None:
    """Nobody reviews what they ever drafted; a lead who reviewed an earlier draft reviews the next one as well."""
    if actor.kind != "user":
        return None
    drafted = opinion.levels.filter(level=OpinionLevel.Level.OFFICER, person=UUID(actor.id))
    return _own() if drafted.exists() else None


def _own() -> Missing:
    return Missing("own", gettext("You wrote this opinion yourself at a lower level; somebody else signs it above."))


def has_conditions(opinion: Opinion, actor: Actor) -> Missing | None:
    if opinion.conditions:
        return None
    return Missing("conditions", gettext("This opinion names no conditions."))


def more_to_ask(asked: OpinionRound, actor: Actor) -> Missing | None:
    if _others(asked, actor):
        return None
    return Missing("organs", gettext("Every organ that reads the case is asked already. Share the case first."))


def _others(asked: Any, actor: Actor) -> list[tuple[str, str]]:
    known = set(asked.opinions.values_list("organ__code", flat=True))
    return [one for one in choices.organs_to_consult(asked.case, actor) if one[0] not in known]


def _stances(opinion: Any, actor: Actor) -> list[tuple[str, Any]]:
    return list(Stance.choices)


def _said(name: str) -> Any:
    """What the level below said stands in the form at first: who agrees types nothing."""

    def initial(opinion: Opinion, actor: Actor) -> Any:
        last = opinion.levels.filter(turn=opinion.turn).last() or opinion.levels.last()
        return getattr(last, name) if last else ""

    return initial


def _organs_on_case(opinion: Any, actor: Actor) -> list[tuple[str, str]]:
    return choices.organs_on_case(opinion.case, actor)


SAYS = (
    Ask("stance", _("Opinion"), kind="choice", choices=_stances, of_new=True, initial=_said("stance")),
    Ask("conditions", _("Conditions"), kind="long", required=False, of_new=True, initial=_said("conditions"),
        help=_("What must be true or done. They may become tasks.")),
    Ask("reasons", _("Reasons"), kind="long", required=False, of_new=True, initial=_said("reasons"),
        help=_("Needed for an objection and where your organ is not competent.")),
)  # fmt: skip
DUE = Ask("due_at", _("Opinion due"), kind="datetime", stores=True)
ORGANS = Ask("organs", pgettext_lazy("opinion", "Whom to ask"), kind="choices", choices=_others)
CONCLUSION = Ask("conclusion", _("Conclusion, dissent included"), kind="long", stores=True)
WHY = Ask("reason", _("Reason"), kind="long", stores=True)
TASK = (
    Ask("organ", _("Organ or unit"), kind="choice", choices=_organs_on_case, of_new=True),
    Ask("title", _("What is to be done"), of_new=True, initial=lambda opinion, actor: opinion.conditions[:200]),
    Ask("due_at", _("Due"), kind="datetime", required=False, of_new=True),
)

# fmt: off
ROUND_MOVES = {
    # verb         from                            to              who                       asks / needs
    "ask_more":  move(R.OPEN,                      to=None,        by=round_asker,           asks=(ORGANS,), needs=(more_to_ask,), reach=OWN),
    "set_due":   move(R.OPEN,                      to=None,        by=round_asker,           asks=(DUE, REASON), reach=OWN),
    "conclude":  move(R.OPEN,                      to=R.CONCLUDED, by=round_asker,           asks=(CONCLUSION,), reach=OWN),
    "cancel":    move(R.OPEN,                      to=R.CANCELLED, by=round_asker,           asks=(WHY,), reach=OWN),
}
OPINION_MOVES = {
    "confirm":   move(S.OUTDATED,                  to=S.GIVEN,     by=deciding_office_holder, asks=(NOTE,), needs=(still_asked, not_his_own), reach=PAIR),
    "draft":     move(S.ASKED, S.OUTDATED,         to=S.WITH_LEAD, by=organ_staff,           asks=SAYS, needs=(still_asked,), reach=OWN, writes=True),
    "review":    move(S.WITH_LEAD,                 to=S.WITH_HEAD, by=organ_lead,            asks=SAYS, needs=(still_asked, not_his_own_draft), reach=OWN, writes=True),
    "send_back": move(S.WITH_LEAD, S.WITH_HEAD,    to=S.ASKED,     by=organ_chief,           asks=(REASON,), reach=OWN),
    "give":      move(*Opinion.WAITING,            to=S.GIVEN,     by=deciding_office_holder, asks=SAYS, needs=(still_asked, not_his_own), reach=PAIR),
    "take_back": move(S.GIVEN, S.OUTDATED,         to=S.ASKED,     by=organ_office_holder,   asks=(REASON,), needs=(still_asked,), reach=PAIR),
    "ask_task":  move(S.GIVEN, S.OUTDATED,         to=None,        by=task_asker,            asks=TASK, needs=(has_conditions,), reach=PAIR),
    "outdate":   move(S.GIVEN,                     to=S.OUTDATED,  by=nobody, system=True, reach=PAIR),
    "lapse":     move(S.ASKED, S.WITH_LEAD, S.WITH_HEAD, to=S.LAPSED, by=nobody, system=True, reach=PAIR),
}
# fmt: on

ROUND_WORDS = {
    "ask": Words(_("Ask"), _("asked for opinions")),
    "ask_more": Words(_("Ask further organs"), _("asked further organs for their opinions")),
    "set_due": Words(_("Change the deadline"), _("changed the deadline of the opinions")),
    "conclude": Words(_("Conclude"), _("concluded the round of opinions"), "primary"),
    "cancel": Words(_("Cancel the question"), _("cancelled the question"), "danger"),
}
OPINION_WORDS = {
    "ask": Words(_("Ask"), _("asked for an opinion")),
    "draft": Words(_("Write the officer's opinion"), _("wrote the officer's opinion"), "primary"),
    "review": Words(_("Give the lead's opinion"), _("gave the lead's opinion"), "primary"),
    "send_back": Words(_("Send the opinion back"), _("sent the opinion back")),
    "give": Words(_("Give the organ's opinion"), _("gave the opinion of the organ"), "primary"),
    "confirm": Words(_("Confirm on the changed facts"), _("confirmed the opinion on the changed facts"), "primary"),
    "take_back": Words(_("Take the opinion back"), _("took the opinion back"), "danger"),
    "ask_task": Words(_("Make a condition a task"), _("made a condition a task")),
    "outdate": Words(_("Facts changed"), _("the facts changed on which the opinion was given")),
    "lapse": Words(_("No longer asked"), _("the opinion is no longer asked")),
}

ROUND = Workflow("round of opinions", R, ROUND_MOVES, ROUND_WORDS, final=frozenset({R.CONCLUDED, R.CANCELLED}))
OPINION = Workflow("opinion", S, OPINION_MOVES, OPINION_WORDS, final=frozenset({S.LAPSED}))
LEVEL_OF = {
    "draft": OpinionLevel.Level.OFFICER,
    "review": OpinionLevel.Level.LEAD,
    "give": OpinionLevel.Level.OFFICE,
}
