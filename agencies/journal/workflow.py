"""The table of steps recorded for an organ that did not sign in: once it does, it confirms or disputes them."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON
from agencies.kernel.moves import Reach, Words, Workflow, move

from .models import BehalfStep

S = BehalfStep.State


def of_the_organ(actor: Actor, step: BehalfStep) -> bool:
    """Staff of the organ whose step it is."""
    return actor.works_for(step.organ_id)


# fmt: off
MOVES = {
    # verb         from                     to               who               asks
    "confirm": move(S.RECORDED, S.DISPUTED, to=S.CONFIRMED,  by=of_the_organ,  asks=(NOTE,),   reach=Reach.PAIR),
    "dispute": move(S.RECORDED,             to=S.DISPUTED,   by=of_the_organ,  asks=(REASON,), reach=Reach.PAIR),
}
# fmt: on

WORDS = {
    "confirm": Words(_("Confirm the step"), _("confirmed the step that was recorded on its behalf"), "primary"),
    "dispute": Words(_("Dispute the step"), _("disputed the step that was recorded on its behalf"), "danger"),
}

BEHALF = Workflow("step on behalf", S, MOVES, WORDS, final=frozenset({S.CONFIRMED}))
