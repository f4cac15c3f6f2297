"""The table of confirmations: one asks, a second person confirms, and only then it takes effect."""

from dataclasses import replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing

from .access import may_confirm, requester, system_only, the_person
from .models import Confirmation

S = Confirmation.State
# The second person speaks for themself: the reason of the request does not stand in their form.
OWN_NOTE, OWN_REASON = replace(NOTE, of_new=True), replace(REASON, of_new=True)


def not_expired(confirmation: Confirmation, actor: Actor) -> Missing | None:
    if not confirmation.has_expired:
        return None
    return Missing("expired", gettext("This request has expired. Ask again if it is still needed."))


# fmt: off
MOVES = {
    # verb          from                       to              who               needs / asks
    "confirm":  move(S.REQUESTED,              to=S.CONFIRMED, by=may_confirm,   needs=(not_expired,), asks=(OWN_NOTE,), reach=Reach.OWN),
    "refuse":   move(S.REQUESTED,              to=S.REFUSED,   by=may_confirm,   asks=(OWN_REASON,),                     reach=Reach.OWN),
    "withdraw": move(S.REQUESTED, S.CONFIRMED, to=S.WITHDRAWN, by=requester,     asks=(OWN_NOTE,),                       reach=Reach.OWN),
    "complete": move(S.CONFIRMED,              to=S.COMPLETED, by=the_person,    needs=(not_expired,), reach=Reach.OWN, system=True),
    "expire":   move(S.REQUESTED, S.CONFIRMED, to=S.EXPIRED,   by=system_only,   reach=Reach.OWN, system=True),
}
# fmt: on

WORDS = {
    "request": Words(_("Ask for confirmation"), _("asked a second person for confirmation")),
    "confirm": Words(_("Confirm as the second person"), _("confirmed as the second person"), "primary"),
    "refuse": Words(_("Refuse as the second person"), _("refused as the second person"), "danger"),
    "withdraw": Words(_("Withdraw the request"), _("withdrew the request for confirmation")),
    "draw_code": Words(_("Show the code"), _("had the code shown")),
    "fail": Words(_("Wrong code"), _("a wrong code was entered")),
    "complete": Words(_("Take effect"), _("the confirmed request took effect")),
    "expire": Words(_("Expire"), _("the request for confirmation expired")),
}

CONFIRMATION = Workflow("confirmation", S, MOVES, WORDS, final=frozenset(Confirmation.ENDED))
