"""Writes of referrals: drafting, and walking each kind's table."""

from collections.abc import Callable, Mapping
from typing import Any

from ..models import Referral
from . import criminal, requests
from .criminal import accept_transfer
from .drafting import draft_transfer, request_assistance, transfer_lead
from .walking import move_referral

__all__ = [
    "ACTIONS_BY_KIND",
    "CASE_ACTIONS",
    "accept_transfer",
    "draft_transfer",
    "move_referral",
    "request_assistance",
    "transfer_lead",
]

K = Referral.Kind
CASE_ACTIONS = {
    "draft_transfer": draft_transfer,
    "request_assistance": request_assistance,
    "transfer_lead": transfer_lead,
}
ACTIONS_BY_KIND: dict[str, Mapping[str, Callable[..., Any]]] = {
    K.CRIMINAL_TRANSFER: criminal.ACTIONS,
    K.ASSISTANCE: requests.ASSISTANCE_ACTIONS,
    K.LEAD_TRANSFER: requests.LEAD_TRANSFER_ACTIONS,
}
