"""The workflow of an entry of a watch list."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import REASON, ActionField
from agencies.kernel.workflow import Labels, Workflow, automatic, condition, transition

from .access import keeps_lists
from .models import Listing

S = Listing.State

LAST_DAY = ActionField(
    "effective_to", _("Last day"), kind="date", stores=True, help=_("The last day on which it is valid.")
)
DOCUMENT = ActionField("end_document", _("Document that ends it"), stores=True)

FROM = ActionField("suspended_from", _("First day of the suspension"), kind="date", stores=True)
UNTIL = ActionField(
    *("suspended_until", _("Last day of the suspension")),
    kind="date",
    required=False,
    stores=True,
    help=_("Empty: until further notice."),
)
LAST = ActionField("suspended_until", _("Last day of the suspension"), kind="date", stores=True)


@condition("suspended", _("The entry is not suspended."))
def is_suspended(listing: Listing) -> bool:
    return listing.suspended_from is not None


# fmt: off
TRANSITIONS = {
    "end":     transition(S.LISTED,         to=S.ENDED,    by=keeps_lists, fields=(LAST_DAY, DOCUMENT, REASON)),
    "suspend": transition(S.LISTED,         to=None,       by=keeps_lists, fields=(FROM, UNTIL, REASON)),
    "resume":  transition(S.LISTED,         to=None,       by=keeps_lists, fields=(LAST, REASON), needs=(is_suspended,)),
    "replace": automatic(S.LISTED, S.ENDED, to=S.REPLACED),
}
# fmt: on

LABELS = {
    "list": Labels(_("Put on a list"), _("put an entry on a watch list")),
    "end": Labels(_("End the entry"), _("ended the entry"), "danger"),
    "suspend": Labels(_("Suspend the entry"), _("suspended the entry")),
    "resume": Labels(_("End the suspension"), _("ended the suspension of the entry")),
    "replace": Labels(_("Replace"), _("replaced the entry by another version")),
}

LISTING = Workflow("listing", S, TRANSITIONS, LABELS, final=frozenset({S.REPLACED}))
