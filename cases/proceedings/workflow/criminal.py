"""The table of criminal proceedings. What the procuratorate and the court do is recorded by the investigating organ."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing

from ..access import chief, staff
from ..models import Proceeding
from .common import OUTCOME_REASON, PARTY, WORDS, every_line_has_fate

P = Proceeding.State
STATUS, OWN = Reach.STATUS, Reach.OWN


def two_supplements_at_most(proceeding: Proceeding, actor: Actor) -> Missing | None:
    """补充侦查以二次为限 (CPL art. 175)."""
    spent = proceeding.supplements >= 2
    return Missing("supplements", gettext("Supplementary investigation is spent: at most twice.")) if spent else None


# fmt: off
MOVES = {
    # verb                  from                                      to                   who         asks / needs                                    clocks
    "add_line":        move(P.CRIMINAL_CASE, P.SUPPLEMENTARY,         to=None,             by=staff,   asks=(PARTY, NOTE), reach=OWN),
    "prosecute_opinion":move(P.CRIMINAL_CASE, P.SUPPLEMENTARY,        to=P.TRANSFER_PROS,  by=chief,   asks=(NOTE,), reach=STATUS,                     starts=("CRM_PROSECUTE",), stops=("CRM_SUPPLEMENT", "SUP_CHASE"), paper="PROSECUTE"),
    "return":          move(P.TRANSFER_PROS,                          to=P.SUPPLEMENTARY,  by=staff,   asks=(REASON,), needs=(two_supplements_at_most,), reach=STATUS, starts=("CRM_SUPPLEMENT",), stops=("CRM_PROSECUTE",)),
    "prosecute":       move(P.TRANSFER_PROS,                          to=P.PROSECUTED,     by=staff,   asks=(NOTE,), reach=STATUS,                     starts=("CRM_TRIAL",), stops=("CRM_PROSECUTE",)),
    "not_prosecute":   move(P.TRANSFER_PROS,                          to=P.NOT_PROSECUTED, by=staff,   asks=(OUTCOME_REASON,), reach=STATUS,           starts=("CRM_NONPROS_RECON",), stops=("CRM_PROSECUTE",)),
    "judge":           move(P.PROSECUTED,                             to=P.JUDGED,         by=staff,   asks=(OUTCOME_REASON,), reach=STATUS,           starts=("CRM_APPEAL",), stops=("CRM_TRIAL",)),
    "appeal":          move(P.JUDGED,                                 to=P.APPEAL,         by=staff,   asks=(NOTE,), reach=STATUS,                     stops=("CRM_APPEAL",)),
    "finalise":        move(P.JUDGED, P.APPEAL,                       to=P.FINAL,          by=staff,   asks=(NOTE,), reach=STATUS,                     stops=("CRM_APPEAL",)),
    "withdraw":        move(P.CRIMINAL_CASE, P.SUPPLEMENTARY,         to=P.WITHDRAWN,      by=chief,   asks=(OUTCOME_REASON,), reach=STATUS,           starts=("CRM_VICTIM_NOTICE",), stops=("CRM_SUPPLEMENT", "SUP_CHASE")),
    "tell_withdrawal": move(P.WITHDRAWN,                              to=None,             by=staff,   asks=(NOTE,), reach=STATUS,                     stops=("CRM_VICTIM_NOTICE",)),
    "close":           move(P.FINAL, P.WITHDRAWN, P.NOT_PROSECUTED,   to=P.CLOSED,         by=chief,   asks=(NOTE,), needs=(every_line_has_fate,), reach=STATUS, stops=("CRM_NONPROS_RECON",)),
    "reopen":          move(P.CLOSED, P.WITHDRAWN, P.NOT_PROSECUTED,  to=P.CRIMINAL_CASE,  by=chief,   asks=(REASON,), reach=STATUS,                   stops=("CRM_NONPROS_RECON", "CRM_VICTIM_NOTICE")),
}

CRIMINAL_WORDS = WORDS | {
    "prosecute_opinion": Words(_("Send for prosecution"), _("sent the case for prosecution"), "primary"),
    "return": Words(_("Record return for supplementary investigation"), _("got the case back for supplementary investigation")),
    "prosecute": Words(_("Record prosecution"), _("recorded the prosecution"), "primary"),
    "not_prosecute": Words(_("Record non-prosecution"), _("recorded the non-prosecution")),
    "judge": Words(_("Record the judgment"), _("recorded the first-instance judgment"), "primary"),
    "appeal": Words(_("Record an appeal"), _("recorded an appeal or protest")),
    "finalise": Words(_("Record that the judgment is final"), _("recorded that the judgment is final"), "primary"),
    "withdraw": Words(_("Withdraw the criminal case"), _("withdrew the criminal case"), "danger"),
    "tell_withdrawal": Words(_("Record that the sender was told"), _("told the sender of the withdrawal")),
}
# fmt: on

CRIMINAL = Workflow("criminal", P, MOVES, CRIMINAL_WORDS, final=frozenset({P.CLOSED}))
