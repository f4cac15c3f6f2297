"""The tables of what goes to the police without being a transfer: a lead for the economic-crime police (经侦线索), and
an identity enquiry between police forces (身份核查协作)."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from cases.casefile.choices import parties

from ..access import receiver_chief, receiver_staff, sender_staff
from ..models import Referral
from .common import ENDING, TITLE, case_open
from .requests import ANSWER, REQUEST, REQUEST_WORDS

S = Referral.State
OWN, PAIR, STATUS = Reach.OWN, Reach.PAIR, Reach.STATUS

NUMBER = Ask("external_number", _("Number of the criminal case"), max_length=80)
PARTIES = Ask(
    "parties",
    _("About whom"),
    kind="choices",
    required=False,
    choices=lambda referral, actor: parties(referral.case, actor),
    help=_("None: all of them."),
)

# fmt: off
ECO_LEAD_MOVES = {
    # verb             from                       to                    who may                   asks                                                   clocks
    "edit":           move(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          asks=(TITLE, REQUEST), reach=OWN, writes=True),
    "send":           move(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_staff,          needs=(case_open,), asks=(NOTE,), reach=PAIR,          paper="LEAD"),
    "accept":         move(S.SENT,                to=S.ACCEPTED,        by=receiver_staff,        asks=(NOTE,), reach=PAIR,                              starts=("ECO_LEAD_REVIEW",)),
    "return":         move(S.SENT,                to=S.RETURNED,        by=receiver_staff,        asks=(REASON,), reach=PAIR),
    "decline":        move(S.SENT,                to=S.DECLINED,        by=receiver_staff,        asks=(ENDING,), reach=PAIR),
    "file":           move(S.ACCEPTED,            to=S.FILED,           by=receiver_chief,        needs=(case_open,), asks=(NUMBER, NOTE), reach=STATUS, stops=("ECO_LEAD_REVIEW",), paper="FILE_CRM"),
    "not_file":       move(S.ACCEPTED,            to=S.NOT_FILED_FINAL, by=receiver_chief,        asks=(ENDING,), reach=PAIR,                            stops=("ECO_LEAD_REVIEW",), paper="NOFILE"),
    "withdraw":       move(S.DRAFT, S.SENT, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          asks=(ENDING,), reach=PAIR),
}

IDENTITY_MOVES = {
    # verb             from                       to                    who may                   asks                                                   clocks
    "edit":           move(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          asks=(PARTIES, TITLE, REQUEST), reach=OWN, writes=True),
    "send":           move(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_staff,          needs=(case_open,), asks=(NOTE,), reach=PAIR,          starts=("CRM_ASSIST",), paper="ASSIST"),
    "accept":         move(S.SENT,                to=S.IN_WORK,         by=receiver_staff,        asks=(NOTE,), reach=PAIR),
    "return":         move(S.SENT,                to=S.RETURNED,        by=receiver_staff,        asks=(REASON,), reach=PAIR,                            stops=("CRM_ASSIST",)),
    "answer":         move(S.IN_WORK,             to=S.ANSWERED,        by=receiver_staff,        asks=(ANSWER,), reach=PAIR,                            stops=("CRM_ASSIST",), paper="ASSIST_RE"),
    "withdraw":       move(S.DRAFT, S.SENT, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          asks=(ENDING,), reach=PAIR,                            stops=("*",)),
}
# fmt: on

ECO_LEAD_WORDS = REQUEST_WORDS | {
    "send": Words(_("Send"), _("sent the letter"), "primary"),
    "accept": Words(_("Accept for filing review"), _("signed the receipt"), "primary"),
    "decline": Words(_("Decline"), _("declined it"), "danger"),
    "file": Words(_("File the criminal case"), _("filed the criminal case"), "primary"),
    "not_file": Words(_("Do not file"), _("decided not to file"), "danger"),
}

_FINAL = frozenset(Referral.ENDED)
ECO_LEAD = Workflow("lead to the economic-crime police", S, ECO_LEAD_MOVES, ECO_LEAD_WORDS, final=_FINAL)
IDENTITY = Workflow("identity enquiry", S, IDENTITY_MOVES, REQUEST_WORDS, final=_FINAL)
