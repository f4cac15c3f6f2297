"""Workflows of referrals to the police that are not transfers: a lead for the economic-crime police (经侦线索), and an
identity enquiry between police forces (身份核查协作)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.workflow import Labels
from cases.casefile.choices import police_agencies
from coordination.exchange.letters.fields import case_open, of_case
from coordination.exchange.letters.tables import announced, bilateral

from ..access import receiver_preparer, receiver_responsible, receiver_staff, sender_staff
from ..models import Referral
from ..starts import ACTS, BETWEEN_POLICE, GOES_WITH, PARTIES, REQUEST, TITLE, TO_POLICE
from .common import ANSWERS, ENDING, NUMBER, RECEIVES, SENT_WITH_CONSENT, drafted, table, turned_down, withdrawal
from .proposing import no_proposal_of_own, proposing, returning
from .requests import ANSWER, REQUEST_LABELS
from .silence import asking_correction
from .steps import RECEIVER_SIDE

S = Referral.State


FORWARD_TO = ActionField(
    "receiver", _("Competent agency"), kind="choice", choices=of_case(police_agencies), of_new=True
)

# fmt: off
ECO_LEAD_TRANSITIONS = {
    # verb from to who may fields clocks
    **drafted(replace(TO_POLICE, required=False), PARTIES, ACTS, TITLE, REQUEST, *GOES_WITH, by=sender_staff, starts=("INT_SIGN",), paper="LEAD", second=SENT_WITH_CONSENT),
    "accept":         bilateral(S.SENT,                to=S.ACCEPTED,        by=receiver_staff,        fields=(NOTE,),                              starts=("ECO_LEAD_REVIEW",), stops=("INT_SIGN",), machine=RECEIVES),
    **turned_down(S.SENT, S.ACCEPTED, stops=("INT_SIGN", "ECO_LEAD_REVIEW")),
    "forward":        bilateral(S.SENT, S.ACCEPTED,    to=S.SENT,            by=receiver_staff,        fields=(FORWARD_TO, REASON),                 starts=("INT_SIGN",), stops=("INT_SIGN", "ECO_LEAD_REVIEW"), machine=ANSWERS),
    **asking_correction(S.SENT, S.ACCEPTED, by=sender_staff),
    "file":           announced(S.ACCEPTED,            to=S.FILED,           by=receiver_responsible,  needs=(case_open, no_proposal_of_own), fields=(NUMBER, NOTE), stops=("ECO_LEAD_REVIEW",), paper="FILE_CRM", machine=ANSWERS),
    "not_file":       bilateral(S.ACCEPTED,            to=S.NOT_FILED_FINAL, by=receiver_responsible,  needs=(no_proposal_of_own,), fields=(ENDING,),                            stops=("ECO_LEAD_REVIEW",), paper="NOFILE", machine=ANSWERS),
    **withdrawal(S.DRAFT, S.SENT, S.RETURNED),
}

IDENTITY_TRANSITIONS = {
    # verb from to who may fields clocks
    **drafted(replace(BETWEEN_POLICE, required=False), PARTIES, TITLE, REQUEST, *GOES_WITH, by=sender_staff, starts=("CRM_ASSIST",), paper="ASSIST", second=SENT_WITH_CONSENT),
    "accept":         bilateral(S.SENT,                to=S.IN_WORK,         by=receiver_staff,        fields=(NOTE,), machine=ANSWERS),
    "return":         bilateral(S.SENT, S.IN_WORK,     to=S.RETURNED,        by=receiver_staff,        fields=(REASON,),                            stops=("CRM_ASSIST",), machine=ANSWERS),
    "answer":         bilateral(S.IN_WORK,             to=S.ANSWERED,        by=receiver_staff,        fields=(ANSWER,),                            stops=("CRM_ASSIST",), paper="ASSIST_RE", machine=ANSWERS),
    **withdrawal(S.DRAFT, S.SENT, S.IN_WORK, S.RETURNED),
}
# fmt: on

ECO_LEAD_LABELS = REQUEST_LABELS | {
    "accept": Labels(_("Accept for filing review"), _("signed the receipt"), "primary"),
    "file": Labels(_("File the criminal case"), _("filed the criminal case"), "primary"),
    "forward": Labels(_("Forward to the competent police"), _("forwarded the matter to the competent police")),
}
_PROPOSALS = proposing(
    "propose", ("file", "not_file"), ECO_LEAD_TRANSITIONS, ECO_LEAD_LABELS, by=receiver_preparer, side=RECEIVER_SIDE
)
ECO_LEAD_TRANSITIONS |= _PROPOSALS | returning(_PROPOSALS)

ECO_LEAD = table("lead to the economic-crime police", transitions=ECO_LEAD_TRANSITIONS, labels=ECO_LEAD_LABELS)
IDENTITY = table("identity enquiry", transitions=IDENTITY_TRANSITIONS, labels=REQUEST_LABELS)
