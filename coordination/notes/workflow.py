"""The note's table. Writing one is an act on the case and stands in the case's table."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.asks import REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move

from .access import author, author_or_chief
from .models import Note

S = Note.State
TEXT = Ask("text", _("Case note"), kind="long", stores=True)

# fmt: off
MOVES = {
    # verb        from              to               who                    asks             seen by
    "edit":     move(S.WRITTEN,     to=None,         by=author,             asks=(TEXT,),    reach=Reach.OWN),
    "withdraw": move(S.WRITTEN,     to=S.WITHDRAWN,  by=author_or_chief,    asks=(REASON,),  reach=Reach.OWN),
}
# fmt: on

WORDS = {
    "write": Words(_("Write a note"), _("wrote a note")),
    "edit": Words(_("Edit the note"), _("edited the note")),
    "withdraw": Words(_("Withdraw the note"), _("withdrew the note"), "danger"),
}

NOTE = Workflow("note", S, MOVES, WORDS, final=frozenset({S.WITHDRAWN}))
