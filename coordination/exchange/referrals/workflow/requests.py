"""Workflows of requests between agencies: assistance (协查) and transfer of a lead (线索移送)."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.workflow import Labels, Workflow
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import bilateral, internal

from ..access import receiver_staff, sender_staff
from ..models import Referral
from .common import ENDING, LABELS, TITLE

S = Referral.State

REQUEST = ActionField("report", _("Request and reasons"), kind="long", stores=True)
ANSWER = ActionField("answer", _("Answer"), kind="long", stores=True)

# fmt: off
ASSISTANCE_TRANSITIONS = {
    # verb from to who may fields clocks
    "edit":           internal(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          fields=(TITLE, REQUEST), writes=True),
    "send":           bilateral(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_staff,          needs=(case_open,), fields=(NOTE,),          starts=("INT_ASSIST",), paper="ASSIST"),
    "accept":         bilateral(S.SENT,                to=S.IN_WORK,         by=receiver_staff,        fields=(NOTE,)),
    "return":         bilateral(S.SENT, S.IN_WORK,     to=S.RETURNED,        by=receiver_staff,        fields=(REASON,),                            stops=("INT_ASSIST",)),
    "decline":        bilateral(S.SENT, S.IN_WORK,     to=S.DECLINED,        by=receiver_staff,        fields=(ENDING,),                            stops=("INT_ASSIST",)),
    "answer":         bilateral(S.IN_WORK,             to=S.ANSWERED,        by=receiver_staff,        fields=(ANSWER,),                            stops=("INT_ASSIST",), paper="ASSIST_RE"),
    "withdraw":       bilateral(S.DRAFT, S.SENT, S.IN_WORK, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          fields=(ENDING,),                            stops=("*",)),
}

LEAD_TRANSFER_TRANSITIONS = {
    # verb from to who may fields clocks
    "edit":           internal(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          fields=(TITLE, REQUEST), writes=True),
    "send":           bilateral(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_staff,          needs=(case_open,), fields=(NOTE,),          starts=("INT_ASSIST",), paper="LEAD"),
    "accept":         bilateral(S.SENT,                to=S.TAKEN_OVER,      by=receiver_staff,        fields=(NOTE,),                              stops=("INT_ASSIST",)),
    "return":         bilateral(S.SENT,                to=S.RETURNED,        by=receiver_staff,        fields=(REASON,),                            stops=("INT_ASSIST",)),
    "decline":        bilateral(S.SENT,                to=S.DECLINED,        by=receiver_staff,        fields=(ENDING,),                            stops=("INT_ASSIST",)),
    "withdraw":       bilateral(S.DRAFT, S.SENT, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          fields=(ENDING,),                            stops=("*",)),
}
# fmt: on

REQUEST_LABELS = LABELS | {
    "send": Labels(_("Send"), _("sent the letter"), "primary"),
    "return": Labels(_("Return for completion"), _("returned it for completion")),
    "decline": Labels(_("Decline"), _("declined it"), "danger"),
    "answer": Labels(_("Answer"), _("answered the request"), "primary"),
    "accept": Labels(_("Accept"), _("accepted the request"), "primary"),
}

_FINAL = frozenset(Referral.ENDED)
ASSISTANCE = Workflow("assistance", S, ASSISTANCE_TRANSITIONS, REQUEST_LABELS, final=_FINAL)
LEAD_TRANSFER = Workflow("lead transfer", S, LEAD_TRANSFER_TRANSITIONS, REQUEST_LABELS, final=_FINAL)
