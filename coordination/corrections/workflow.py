"""The table of corrections: one proposes, a second person of the organ confirms."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.involved import is_involved
from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing

from .access import chief, staff
from .models import Correction
from .record import hindrance

S = Correction.State


def second_person(correction: Correction, actor: Actor) -> Missing | None:
    """Nobody confirms what they proposed themself."""
    own = is_involved(actor, correction=correction.pk)
    return Missing("own_proposal", gettext("You proposed this yourself: a second person decides.")) if own else None


def record_allows_it(correction: Correction, actor: Actor) -> Missing | None:
    """Asked again: more may have been recorded since it was proposed."""
    return hindrance(correction)


# fmt: off
MOVES = {
    # verb          from            to              who         needs / asks
    "confirm":  move(S.PROPOSED,    to=S.CONFIRMED, by=chief,   needs=(second_person, record_allows_it), asks=(NOTE,), reach=Reach.OWN),
    "refuse":   move(S.PROPOSED,    to=S.REFUSED,   by=chief,   needs=(second_person,), asks=(REASON,),                reach=Reach.OWN),
    "withdraw": move(S.PROPOSED,    to=S.WITHDRAWN, by=staff,   asks=(NOTE,),                                          reach=Reach.OWN),
}
# fmt: on

WORDS = {
    "propose": Words(_("Correct or annul a record"), _("proposed to put the record right")),
    "confirm": Words(_("Confirm the correction"), _("confirmed that the record was wrong"), "primary"),
    "refuse": Words(_("Refuse the correction"), _("refused to put the record right"), "danger"),
    "withdraw": Words(_("Withdraw the proposal"), _("withdrew the proposal to put the record right")),
}

CORRECTION = Workflow("correction", S, MOVES, WORDS, final=frozenset({S.CONFIRMED, S.REFUSED, S.WITHDRAWN}))
