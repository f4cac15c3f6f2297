"""The table of alerts on the read log."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.asks import REASON
from agencies.kernel.moves import Words, Workflow, move

from .access import auditor
from .models import ReadAlert

S = ReadAlert.State

# fmt: off
MOVES = {
    # verb          from          to             who          asks
    "settle": move(S.OPEN,    to=S.SETTLED,  by=auditor,  asks=(REASON,)),
}
# fmt: on

WORDS = {"settle": Words(_("Note what was found"), _("looked into an alert on reads"), "primary")}

ALERT = Workflow("alert on reads", S, MOVES, WORDS, final=frozenset({S.SETTLED}))
