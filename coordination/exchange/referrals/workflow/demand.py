"""Workflow of the procuratorial opinion that demands a transfer: sender the procuratorate, receiver the agency.

SPPR art. 557(3): where an administrative agency does not transfer a suspected crime, the procuratorate demands the
transfer by an opinion that the chief procurator approves. The law gives no days for the answer (INT_DEMAND); if it does
not come, the superior of the agency orders correction (D310 art. 16).
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import bilateral, internal

from ..access import (
    deciding_office_holder,
    receiver_office_holder,
    sender_chief,
    sender_office_holder,
    sender_preparer,
    sender_staff,
)
from ..models import Referral
from ..starts import GOES_WITH, PARTIES, TITLE, WHY_TRANSFER
from .common import ANSWERS, ENDING, LABELS, LETTER, receipts, table
from .criminal import not_of_the_team
from .proposing import proposing, returning
from .reverse import RECEIVER, reason_written
from .silence import asking_correction
from .steps import SENDER

S = Referral.State
# A transfer that did not reach the police, or came back, does not meet the demand.
NOT_WITH_THE_POLICE = (S.WITHDRAWN, S.OUT_OF_SCOPE)


def is_met(demand: Referral) -> bool:
    """Whether a transfer by the agency is with the police, about at least the parties of the demand. Naming none means
    all of the case."""
    demanded = set(demand.parties.values_list("pk", flat=True))
    transfers = Referral.objects.filter(
        case=demand.case_id, kind=Referral.Kind.CRIMINAL_TRANSFER, sender=demand.receiver_id, delivered_at__isnull=False
    ).exclude(state__in=NOT_WITH_THE_POLICE)
    for transfer in transfers.prefetch_related("parties"):
        about = {party.pk for party in transfer.parties.all()}
        if not about or (demanded and demanded <= about):
            return True
    return False


def not_transferred(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """What was transferred to the police is not demanded again."""
    if not is_met(referral):
        return None
    return UnmetCondition("transferred", gettext("The agency has transferred it to the police."))


REASONS = ActionField("letter", _("Reasons for not transferring"), kind="long")

# fmt: off
TRANSITIONS = {
    # verb from to who may needs / fields clocks
    "edit":           internal(S.DRAFT,          to=None,         by=sender_staff,           fields=(RECEIVER, PARTIES, TITLE, WHY_TRANSFER, *GOES_WITH), writes=True),
    "send":           bilateral(S.DRAFT,          to=S.SENT,       by=deciding_office_holder, needs=(not_of_the_team, case_open, reason_written, not_transferred), fields=(NOTE,), starts=("INT_DEMAND",), paper="PROC_OP", notice=True),
    # The office that decides on a transfer decides to refuse one (D310 art. 5).
    "give_reasons":        bilateral(S.SENT,           to=S.EXPLAINED,  by=receiver_office_holder, fields=(REASONS,), stops=("INT_DEMAND",), receives=True, machine=ANSWERS),
    "insist":         bilateral(S.EXPLAINED,      to=S.SENT,       by=deciding_office_holder, needs=(not_of_the_team, case_open), fields=(LETTER,), starts=("INT_DEMAND",), notice=True),
    "uphold_reasons": bilateral(S.EXPLAINED,      to=S.REASONS_TOLD, by=sender_chief,         fields=(LETTER,)),
    "note_transfer":  bilateral(S.SENT, S.EXPLAINED, to=S.REPORTED, by=system_only, stops=("*",), system=True),
    **asking_correction(S.SENT, S.EXPLAINED, by=sender_staff),
    **receipts(S.SENT),
    "withdraw":       bilateral(S.DRAFT,          to=S.WITHDRAWN,  by=sender_staff,           fields=(ENDING,)),
    "recall":         bilateral(S.SENT, S.EXPLAINED, to=S.WITHDRAWN, by=sender_office_holder, fields=(ENDING,), stops=("*",)),
}
# fmt: on

DEMAND_LABELS = LABELS | {
    "send": Labels(_("Demand the transfer"), _("sent the letter"), "primary"),
    "give_reasons": Labels(_("Give reasons for not transferring"), _("gave the reasons for not transferring")),
    "insist": Labels(_("Demand the transfer again"), _("did not accept the reasons and demanded the transfer again")),
    "uphold_reasons": Labels(_("Accept the reasons"), _("accepted the reasons for not transferring")),
    "note_transfer": Labels(_("Record the transfer"), _("the agency transferred the suspected crime to the police")),
    "recall": Labels(_("Withdraw the demand"), _("withdrew the demand for transfer"), "danger"),
}
_PROPOSALS = proposing("propose", ("send",), TRANSITIONS, DEMAND_LABELS, by=sender_preparer, side=SENDER)
TRANSITIONS |= _PROPOSALS | returning(_PROPOSALS)

TRANSFER_DEMAND = table("demand for transfer", transitions=TRANSITIONS, labels=DEMAND_LABELS)
