"""Opinions in the workspace."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_button, next_button
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from coordination.exchange.letters.open_items import line_of

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


def _line(opinion: Opinion, actor: Actor, now: datetime) -> WorklistLine:
    decides = opinion.state in BY_HOLDER and opinion.agency_id in actor.offices
    line = line_of(
        "opinions",
        opinion,
        actor,
        what=opinion.round.title,
        waits=opinion.round.agency,
        why=WHY.get(opinion.state, ""),
        offer=decision_button if decides else next_button,
    )
    if opinion.agency_id == actor.agency_id:
        return line
    return line.elsewhere(opinion.agency, str(opinion.get_state_display()))


def _line_of_round(asked: OpinionRound, actor: Actor, now: datetime) -> WorklistLine:
    why = _("Every agency has given its opinion: your agency concludes.")
    return replace(line_of("opinion-rounds", asked, actor, what=asked.title, why=why), due_at=None, breach_at=None)


ROUNDS = OpenItems(line=_line_of_round, shows_case=True, related=("case", "agency"), people=("asker",))
OPEN_ITEMS = OpenItems(
    line=_line,
    awaited=dict.fromkeys(Opinion.OPEN_STATES, _("the opinion of %(agency)s")),
    related=("round__case", "round__agency", "agency"),
    fetched=OFFICE.with_barred_holders,
    of_case=lambda rows, case: rows.filter(round__case=case, state__in=Opinion.OPEN_STATES),
)
