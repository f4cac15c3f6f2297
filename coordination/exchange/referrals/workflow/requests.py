"""Workflows of requests between agencies: assistance (协查) and transfer of a lead (线索移送)."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, ActionField
from agencies.kernel.workflow import Labels
from coordination.exchange.letters.tables import bilateral

from ..access import receiver_staff, sender_staff
from ..models import Referral
from ..starts import REQUEST, TITLE
from .common import LABELS, drafted, table, turned_down, withdrawal

S = Referral.State

ANSWER = ActionField("answer", _("Answer"), kind="long", stores=True)

# fmt: off
ASSISTANCE_TRANSITIONS = {
    # verb from to who may fields clocks
    **drafted(TITLE, REQUEST, by=sender_staff, starts=("INT_ASSIST",), paper="ASSIST"),
    "accept":         bilateral(S.SENT,                to=S.IN_WORK,         by=receiver_staff,        fields=(NOTE,)),
    **turned_down(S.SENT, S.IN_WORK, stops=("INT_ASSIST",)),
    "answer":         bilateral(S.IN_WORK,             to=S.ANSWERED,        by=receiver_staff,        fields=(ANSWER,),                            stops=("INT_ASSIST",), paper="ASSIST_RE"),
    **withdrawal(S.DRAFT, S.SENT, S.IN_WORK, S.RETURNED),
}

LEAD_TRANSFER_TRANSITIONS = {
    # verb from to who may fields clocks
    **drafted(TITLE, REQUEST, by=sender_staff, starts=("INT_ASSIST",), paper="LEAD"),
    "accept":         bilateral(S.SENT,                to=S.TAKEN_OVER,      by=receiver_staff,        fields=(NOTE,),                              stops=("INT_ASSIST",)),
    **turned_down(S.SENT, stops=("INT_ASSIST",)),
    **withdrawal(S.DRAFT, S.SENT, S.RETURNED),
}
# fmt: on

REQUEST_LABELS = LABELS | {
    "decline": Labels(_("Decline"), _("declined it"), "danger"),
    "answer": Labels(_("Answer"), _("answered the request"), "primary"),
    "accept": Labels(_("Accept"), _("accepted the request"), "primary"),
}

ASSISTANCE = table("assistance", transitions=ASSISTANCE_TRANSITIONS, labels=REQUEST_LABELS)
LEAD_TRANSFER = table("lead transfer", transitions=LEAD_TRANSFER_TRANSITIONS, labels=REQUEST_LABELS)
