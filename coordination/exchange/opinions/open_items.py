"""Opinions in the workspace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_button, next_button
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from coordination.exchange.letters.returns import returned_for_revision, set_reasons

from .access import OFFICE
from .models import Opinion, OpinionRound
from .work import BY_HOLDER

S = Opinion.State
WHY: dict[str, Text] = {
    S.ASKED: _("Your agency is asked for its opinion."),
    S.WITH_LEAD: _("The officer's opinion is written: the lead's opinion is next."),
    S.WITH_HEAD: _("The responsible person of your agency decides."),
    S.OUTDATED: _("Facts changed since your agency gave its opinion: confirm it or change it."),
}


def _why(opinion: Opinion) -> Text:
    if opinion.returned_because:
        return returned_for_revision(opinion.returned_because)
    return WHY.get(opinion.state, "")


class OpenOpinions(OpenItems):
    awaited = dict.fromkeys(Opinion.OPEN_STATES, _("the opinion of %(agency)s"))
    related = ("round__case", "round__agency", "agency")
    case = "round__case"
    shows_case = True

    def line(self, thing: Opinion, actor: Actor, now: datetime) -> WorklistLine:
        decides = thing.state in BY_HOLDER and thing.agency_id in actor.offices
        line = line_of(
            thing,
            actor,
            what=thing.round.title,
            waits=thing.round.agency,
            why=_why(thing),
            offer=decision_button if decides else next_button,
        )
        if thing.agency_id == actor.agency_id:
            return line
        return line.elsewhere(thing.agency, str(thing.get_state_display()))

    def prepare(self, things: Sequence[Opinion], actor: Actor) -> Sequence[Opinion]:
        asked = [one for one in things if one.state == S.ASKED and one.handler_id is not None]
        set_reasons(things, asked, actor, "send_back", "take_back")
        return things

    def fetched(self, rows: QuerySet[Opinion]) -> QuerySet[Opinion]:
        return OFFICE.with_barred_holders(rows)


class OpenRounds(OpenItems):
    shows_case = True
    related = ("case", "agency")
    people = ("asker",)

    def line(self, thing: OpinionRound, actor: Actor, now: datetime) -> WorklistLine:
        why = _("Every agency has given its opinion: your agency concludes.")
        return replace(line_of(thing, actor, what=thing.title, why=why), due_at=None, breach_at=None)
