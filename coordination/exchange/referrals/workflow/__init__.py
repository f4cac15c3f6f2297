"""Workflows of referrals, one for each kind."""

from agencies.kernel.workflow import Workflow
from agencies.people.deciding import SuperiorDecision, find_superior_decision

from ..models import Referral
from .competence import ADMINISTRATIVE
from .conversion import CONVERSION
from .criminal import CRIMINAL_TRANSFER
from .demand import TRANSFER_DEMAND
from .letters import COPY, NOTICE
from .police import ECO_LEAD, IDENTITY
from .prosecution import PROSECUTION
from .requests import ASSISTANCE, LEAD_TRANSFER
from .reverse import PROC_OPINION, REVERSE
from .supervision import SUPERVISION

BY_KIND = {
    Referral.Kind.CRIMINAL_TRANSFER: CRIMINAL_TRANSFER,
    Referral.Kind.ASSISTANCE: ASSISTANCE,
    Referral.Kind.LEAD_TRANSFER: LEAD_TRANSFER,
    Referral.Kind.NOTICE: NOTICE,
    Referral.Kind.COPY: COPY,
    Referral.Kind.ECO_LEAD: ECO_LEAD,
    Referral.Kind.IDENTITY: IDENTITY,
    Referral.Kind.ADMINISTRATIVE: ADMINISTRATIVE,
    Referral.Kind.REVERSE: REVERSE,
    Referral.Kind.OPINION: PROC_OPINION,
    Referral.Kind.CONVERSION: CONVERSION,
    Referral.Kind.SUPERVISION: SUPERVISION,
    Referral.Kind.DEMAND: TRANSFER_DEMAND,
    Referral.Kind.PROSECUTION: PROSECUTION,
}


def workflow_of(referral: Referral) -> Workflow:
    return BY_KIND[Referral.Kind(referral.kind)]


def decided_above(referral: Referral) -> SuperiorDecision | None:
    """Who decided in place of the sender's office, and by which paper. Looked up only if no office holder of the sender
    approved."""
    by_office = referral.kind in (Referral.Kind.CRIMINAL_TRANSFER, Referral.Kind.CONVERSION)
    waits = referral.state in (Referral.State.DRAFT_REPORT, Referral.State.HEAD_DECISION)
    if not by_office or waits or referral.approver_id is not None:
        return None
    return find_superior_decision("referral", referral.pk)
