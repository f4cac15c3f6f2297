"""The table of an entry of a watch list."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.asks import REASON, Ask
from agencies.kernel.moves import Words, Workflow, move

from .access import keeps_lists, nobody
from .models import Listing

S = Listing.State

LAST_DAY = Ask("effective_to", _("Last day"), kind="date", stores=True, help=_("The last day on which it counts."))
DOCUMENT = Ask("end_document", _("Document that ends it"), stores=True)

# fmt: off
MOVES = {
    # verb       from                  to              who               asks
    "end":      move(S.LISTED,            to=S.ENDED,     by=keeps_lists,   asks=(LAST_DAY, DOCUMENT, REASON)),
    "replace":  move(S.LISTED, S.ENDED,   to=S.REPLACED,  by=nobody,        system=True),
}
# fmt: on

WORDS = {
    "list": Words(_("Put on a list"), _("put a name on a watch list")),
    "end": Words(_("End the entry"), _("ended the entry"), "danger"),
    "replace": Words(_("Replace"), _("replaced the entry by another version")),
}

LISTING = Workflow("listing", S, MOVES, WORDS, final=frozenset({S.REPLACED}))
