"""The workflow of an entry of a watch list."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import REASON, ActionField
from agencies.kernel.workflow import Labels, Workflow, automatic, transition

from .access import keeps_lists
from .models import Listing

S = Listing.State

LAST_DAY = ActionField(
    "effective_to", _("Last day"), kind="date", stores=True, help=_("The last day on which it is valid.")
)
DOCUMENT = ActionField("end_document", _("Document that ends it"), stores=True)

# fmt: off
TRANSITIONS = {
    "end":     transition(S.LISTED,         to=S.ENDED,    by=keeps_lists, fields=(LAST_DAY, DOCUMENT, REASON)),
    "replace": automatic(S.LISTED, S.ENDED, to=S.REPLACED),
}
# fmt: on

LABELS = {
    "list": Labels(_("Put on a list"), _("put an entry on a watch list")),
    "end": Labels(_("End the entry"), _("ended the entry"), "danger"),
    "replace": Labels(_("Replace"), _("replaced the entry by another version")),
}

LISTING = Workflow("listing", S, TRANSITIONS, LABELS, final=frozenset({S.REPLACED}))
