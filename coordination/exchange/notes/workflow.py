"""Workflow of a note. Writing one is an action of the case and belongs to the case's workflow."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow
from coordination.exchange.letters.fields import KEPT_REASON
from coordination.exchange.letters.tables import internal

from .access import author, author_or_chief
from .models import Note

S = Note.State
TEXT = ActionField("text", _("Case note"), kind="long", stores=True)

# fmt: off
TRANSITIONS = {
    # verb        from              to               who                    fields           seen by
    "edit":     internal(S.WRITTEN,     to=None,         by=author,             fields=(TEXT,)),
    "withdraw": internal(S.WRITTEN,     to=S.WITHDRAWN,  by=author_or_chief,    fields=(KEPT_REASON,)),
}
# fmt: on

LABELS = {
    "write": Labels(_("Write a note"), _("wrote a note")),
    "edit": Labels(_("Edit the note"), _("edited the note")),
    "withdraw": Labels(_("Withdraw the note"), _("withdrew the note"), "danger"),
}

NOTE = Workflow("note", S, TRANSITIONS, LABELS, final=frozenset({S.WITHDRAWN}))
