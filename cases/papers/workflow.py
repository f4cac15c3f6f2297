"""The tables of papers."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import EventNote
from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing

from .access import keeper, keeper_chief
from .models import IncomingPaper

I = IncomingPaper.State  # noqa: E741 - one letter keeps the table's columns aligned


def no_step_relies_on_it(paper: IncomingPaper, actor: Actor) -> Missing | None:
    """A step recorded from a paper stands and falls with it: first the step is corrected, then the paper goes."""
    relied = EventNote.objects.filter(event__stream__subject=paper.case_id, data__paper=str(paper.pk)).exists()
    detail = gettext("A step was recorded from this paper. Correct or annul that step first.")
    return Missing("relied_on", detail) if relied else None


# fmt: off
INCOMING_MOVES = {
    # verb        from                    to              who               asks / needs
    "share":    move(I.KEPT,              to=I.SHARED,    by=keeper,        asks=(NOTE,),                                     reach=Reach.CASE),
    "unshare":  move(I.SHARED,            to=I.KEPT,      by=keeper,        asks=(REASON,),                                   reach=Reach.OWN),
    "withdraw": move(I.KEPT, I.SHARED,    to=I.WITHDRAWN, by=keeper_chief,  asks=(REASON,), needs=(no_step_relies_on_it,),    reach=Reach.OWN),
}
# fmt: on

INCOMING_WORDS = {
    "add_paper": Words(_("Record an incoming paper"), _("recorded an incoming paper")),
    "share": Words(_("Share it on the case"), _("shared a paper on the case"), "primary"),
    "unshare": Words(_("Take it back into the organ"), _("took a paper back into the organ")),
    "withdraw": Words(_("Withdraw, recorded in error"), _("withdrew a paper recorded in error"), "danger"),
}

INCOMING = Workflow("incoming paper", I, INCOMING_MOVES, INCOMING_WORDS, final=frozenset({I.WITHDRAWN}))
