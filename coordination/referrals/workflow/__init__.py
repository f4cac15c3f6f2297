"""The tables of referrals, one per kind."""

from agencies.kernel.moves import Workflow

from ..models import Referral
from .competence import ADMINISTRATIVE
from .conversion import CONVERSION
from .criminal import CRIMINAL_TRANSFER
from .letters import COPY, NOTICE
from .police import ECO_LEAD, IDENTITY
from .requests import ASSISTANCE, LEAD_TRANSFER
from .reverse import PROC_OPINION, REVERSE
from .steps import RECEIVER_SIDE, RESPONDENT, SENDER, STARTS_AS_DRAFT, STEP_AT, organ_at, step_of
from .supervision import SUPERVISION

__all__ = [
    "ADMINISTRATIVE",
    "ASSISTANCE",
    "BY_KIND",
    "CONVERSION",
    "COPY",
    "CRIMINAL_TRANSFER",
    "ECO_LEAD",
    "IDENTITY",
    "LEAD_TRANSFER",
    "NOTICE",
    "PROC_OPINION",
    "RECEIVER_SIDE",
    "RESPONDENT",
    "REVERSE",
    "SENDER",
    "STARTS_AS_DRAFT",
    "STEP_AT",
    "SUPERVISION",
    "organ_at",
    "step_of",
    "workflow_of",
]

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
}


def workflow_of(referral: Referral) -> Workflow:
    return BY_KIND[Referral.Kind(referral.kind)]
