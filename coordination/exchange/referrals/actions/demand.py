"""The procuratorate demands that an agency transfers a suspected crime (SPPR art. 557(3))."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from agencies.journal.transitions import Applied
from agencies.kernel.actor import SYSTEM
from agencies.kernel.work import atomic

from ..models import Referral
from ..workflow.demand import is_met
from . import proposing
from .matters import draft_for_agency, edit_matter
from .requests import send_request
from .transitions import transition_referral

S, K = Referral.State, Referral.Kind


# Drafts the opinion. Its addressee is the agency that handles the case administratively.
demand_transfer = partial(draft_for_agency, verb="demand_transfer", kind=K.DEMAND)


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


ACTIONS: dict[str, Callable[..., Applied[Referral]]] = {
    "edit": edit_matter,
    "send": send_request,
    **proposing.ACTIONS,
}
