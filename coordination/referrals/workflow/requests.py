"""The tables of requests between organs: assistance (协查) and the transfer of a lead (线索移送)."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move

from ..access import receiver_staff, sender_staff
from ..models import Referral
from .common import ENDING, TITLE, WORDS, case_open

S = Referral.State
OWN, PAIR = Reach.OWN, Reach.PAIR

REQUEST = Ask("report", _("What is asked, and why"), kind="long", stores=True)
ANSWER = Ask("answer", _("Answer"), kind="long", stores=True)

# fmt: off
ASSISTANCE_MOVES = {
    # verb             from                       to                    who may                   asks                                                   clocks
    "edit":           move(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          asks=(TITLE, REQUEST), reach=OWN, writes=True),
    "send":           move(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_staff,          needs=(case_open,), asks=(NOTE,), reach=PAIR,          starts=("INT_ASSIST",), paper="ASSIST"),
    "accept":         move(S.SENT,                to=S.IN_WORK,         by=receiver_staff,        asks=(NOTE,), reach=PAIR),
    "return":         move(S.SENT,                to=S.RETURNED,        by=receiver_staff,        asks=(REASON,), reach=PAIR,                            stops=("INT_ASSIST",)),
    "decline":        move(S.SENT,                to=S.DECLINED,        by=receiver_staff,        asks=(ENDING,), reach=PAIR,                            stops=("INT_ASSIST",)),
    "answer":         move(S.IN_WORK,             to=S.ANSWERED,        by=receiver_staff,        asks=(ANSWER,), reach=PAIR,                            stops=("INT_ASSIST",), paper="ASSIST_RE"),
    "withdraw":       move(S.DRAFT, S.SENT, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          asks=(ENDING,), reach=PAIR,                            stops=("*",)),
}

LEAD_TRANSFER_MOVES = {
    # verb             from                       to                    who may                   asks                                                   clocks
    "edit":           move(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          asks=(TITLE, REQUEST), reach=OWN, writes=True),
    "send":           move(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_staff,          needs=(case_open,), asks=(NOTE,), reach=PAIR,          starts=("INT_ASSIST",), paper="LEAD"),
    "accept":         move(S.SENT,                to=S.TAKEN_OVER,      by=receiver_staff,        asks=(NOTE,), reach=PAIR,                              stops=("INT_ASSIST",)),
    "return":         move(S.SENT,                to=S.RETURNED,        by=receiver_staff,        asks=(REASON,), reach=PAIR,                            stops=("INT_ASSIST",)),
    "decline":        move(S.SENT,                to=S.DECLINED,        by=receiver_staff,        asks=(ENDING,), reach=PAIR,                            stops=("INT_ASSIST",)),
    "withdraw":       move(S.DRAFT, S.SENT, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          asks=(ENDING,), reach=PAIR,                            stops=("*",)),
}
# fmt: on

REQUEST_WORDS = WORDS | {
    "send": Words(_("Send"), _("sent the letter"), "primary"),
    "return": Words(_("Return for completion"), _("returned it for completion")),
    "decline": Words(_("Decline"), _("declined it"), "danger"),
    "answer": Words(_("Answer"), _("answered the request"), "primary"),
    "accept": Words(_("Accept"), _("accepted the request"), "primary"),
}

_FINAL = frozenset(Referral.ENDED)
ASSISTANCE = Workflow("assistance", S, ASSISTANCE_MOVES, REQUEST_WORDS, final=_FINAL)
LEAD_TRANSFER = Workflow("lead transfer", S, LEAD_TRANSFER_MOVES, REQUEST_WORDS, final=_FINAL)
