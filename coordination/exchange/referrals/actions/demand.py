"""The procuratorate demands that an agency transfers a suspected crime (SPPR art. 557(3))."""

from datetime import datetime

from agencies.kernel.actor import SYSTEM
from agencies.kernel.work import atomic

from ..models import Referral
from ..workflow.demand import is_met
from .transitions import transition_referral

S, K = Referral.State, Referral.Kind


def end_met_demands(transfer: Referral, *, at: datetime) -> None:
    """A delivered transfer ends the demands that it meets."""
    waiting = Referral.objects.filter(
        case=transfer.case_id, kind=K.DEMAND, receiver=transfer.sender_id, state__in=(S.SENT, S.EXPLAINED)
    )
    with atomic():
        for demand in waiting:
            if is_met(demand):
                noted, also = max(at, demand.state_since or at), [demand.receiver_id]
                transition_referral(demand, "note_transfer", actor=SYSTEM, also=also, happened_at=noted)
