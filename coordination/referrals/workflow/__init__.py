"""The tables of referrals, one per kind."""

from agencies.kernel.moves import Workflow

from ..models import Referral
from .criminal import CRIMINAL_TRANSFER
from .requests import ASSISTANCE, LEAD_TRANSFER
from .steps import RECEIVER_SIDE, SENDER, STEP_AT

__all__ = [
    "ASSISTANCE",
    "BY_KIND",
    "CRIMINAL_TRANSFER",
    "LEAD_TRANSFER",
    "RECEIVER_SIDE",
    "SENDER",
    "STEP_AT",
    "workflow_of",
]

BY_KIND = {
    Referral.Kind.CRIMINAL_TRANSFER: CRIMINAL_TRANSFER,
    Referral.Kind.ASSISTANCE: ASSISTANCE,
    Referral.Kind.LEAD_TRANSFER: LEAD_TRANSFER,
}


def workflow_of(referral: Referral) -> Workflow:
    return BY_KIND[Referral.Kind(referral.kind)]
