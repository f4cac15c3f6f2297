"""Workflow of confirmations: requested, confirmed by a second person, then in effect."""

from dataclasses import replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition

from .access import is_account_owner, is_requester, may_confirm, system_only
from .models import Confirmation

S = Confirmation.State
# The form of the second person does not start with the reason of the request.
OWN_NOTE, OWN_REASON = replace(NOTE, of_new=True), replace(REASON, of_new=True)


def not_expired(confirmation: Confirmation, actor: Actor) -> UnmetCondition | None:
    if not confirmation.has_expired:
        return None
    return UnmetCondition("expired", gettext("This request has expired. Request it again if it is still needed."))


# fmt: off
TRANSITIONS = {
    # verb          from                       to              who               needs / fields
    "confirm":  transition(S.REQUESTED,              to=S.CONFIRMED, by=may_confirm,   needs=(not_expired,), fields=(OWN_NOTE,), visibility=Visibility.OWN),
    "refuse":   transition(S.REQUESTED,              to=S.REFUSED,   by=may_confirm,   fields=(OWN_REASON,),                     visibility=Visibility.OWN),
    "withdraw": transition(S.REQUESTED, S.CONFIRMED, to=S.WITHDRAWN, by=is_requester,     fields=(OWN_NOTE,),                       visibility=Visibility.OWN),
    "complete": transition(S.CONFIRMED,              to=S.COMPLETED, by=is_account_owner,    needs=(not_expired,), visibility=Visibility.OWN, system=True),
    "expire":   transition(S.REQUESTED, S.CONFIRMED, to=S.EXPIRED,   by=system_only,   visibility=Visibility.OWN, system=True),
}
# fmt: on

LABELS = {
    "request": Labels(_("Request confirmation"), _("asked a second person for confirmation")),
    "confirm": Labels(_("Confirm as the second person"), _("confirmed as the second person"), "primary"),
    "refuse": Labels(_("Refuse as the second person"), _("refused as the second person"), "danger"),
    "withdraw": Labels(_("Withdraw the request"), _("withdrew the request for confirmation")),
    "draw_code": Labels(_("Show the code"), _("retrieved the code")),
    "fail": Labels(_("Wrong code"), _("a wrong code was entered")),
    "complete": Labels(_("Take effect"), _("the confirmed request took effect")),
    "expire": Labels(_("Expire"), _("the request for confirmation expired")),
}

CONFIRMATION = Workflow("confirmation", S, TRANSITIONS, LABELS, final=frozenset(Confirmation.ENDED))
