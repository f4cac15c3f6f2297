"""Workflows of requests between agencies: assistance (协查) and transfer of a lead (线索移送)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, ActionField
from agencies.kernel.workflow import Labels
from coordination.exchange.letters.tables import bilateral

from ..access import receiver_staff, sender_staff
from ..models import Referral
from ..starts import ACTS, GOES_WITH, PARTIES, RECEIVER, REQUEST, TITLE
from .common import ANSWERS, LABELS, SENT_WITH_CONSENT, drafted, table, turned_down, withdrawal

S = Referral.State

ADDRESSEE = replace(RECEIVER, required=False)
ANSWER = ActionField("answer", _("Answer"), kind="long", stores=True)

# fmt: off
ASSISTANCE_TRANSITIONS = {
    # verb from to who may fields clocks
    **drafted(ADDRESSEE, PARTIES, ACTS, TITLE, REQUEST, *GOES_WITH, by=sender_staff, starts=("INT_ASSIST",), paper="ASSIST", second=SENT_WITH_CONSENT),
    "accept":         bilateral(S.SENT,                to=S.IN_WORK,         by=receiver_staff,        fields=(NOTE,), machine=ANSWERS),
    **turned_down(S.SENT, S.IN_WORK, stops=("INT_ASSIST",)),
    "answer":         bilateral(S.IN_WORK,             to=S.ANSWERED,        by=receiver_staff,        fields=(ANSWER,),                            stops=("INT_ASSIST",), paper="ASSIST_RE", machine=ANSWERS),
    **withdrawal(S.DRAFT, S.SENT, S.IN_WORK, S.RETURNED),
}

LEAD_TRANSFER_TRANSITIONS = {
    # verb from to who may fields clocks
    **drafted(ADDRESSEE, PARTIES, ACTS, TITLE, REQUEST, *GOES_WITH, by=sender_staff, starts=("INT_ASSIST",), paper="LEAD", second=SENT_WITH_CONSENT),
    "accept":         bilateral(S.SENT,                to=S.TAKEN_OVER,      by=receiver_staff,        fields=(NOTE,),                              stops=("INT_ASSIST",), machine=ANSWERS),
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
