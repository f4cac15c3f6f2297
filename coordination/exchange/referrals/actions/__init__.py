"""Actions on referrals: drafting, and the transitions of each kind."""

from collections.abc import Callable, Mapping
from typing import Any

from agencies.kernel.resource import by_verb

from ..models import Referral
from ..workflow import BY_KIND
from . import competence, conversion, criminal, demand, letters, police, requests, reverse, supervision
from .competence import transfer_matter
from .conversion import convert
from .criminal import accept_transfer
from .demand import demand_transfer
from .drafting import draft_transfer, request_assistance, transfer_lead
from .letters import give_notice, send_copy
from .police import enquire_identity, transfer_eco_lead
from .reverse import give_opinion, record_return, return_matter
from .transitions import transition_referral

__all__ = [
    "ACTIONS_BY_KIND",
    "CASE_ACTIONS",
    "accept_transfer",
    "convert",
    "demand_transfer",
    "draft_transfer",
    "enquire_identity",
    "give_notice",
    "give_opinion",
    "record_return",
    "request_assistance",
    "return_matter",
    "send_copy",
    "transfer_eco_lead",
    "transfer_lead",
    "transfer_matter",
    "transition_referral",
]

K = Referral.Kind
CASE_ACTIONS: dict[str, Callable[..., Any]] = {
    "draft_transfer": draft_transfer,
    "request_assistance": request_assistance,
    "transfer_lead": transfer_lead,
    "give_notice": give_notice,
    "send_copy": send_copy,
    "transfer_eco_lead": transfer_eco_lead,
    "enquire_identity": enquire_identity,
    "transfer_matter": transfer_matter,
    "return_matter": return_matter,
    "give_opinion": give_opinion,
    "demand_transfer": demand_transfer,
    "record_return": record_return,
    "convert": convert,
}
SPECIAL: dict[Referral.Kind, Mapping[str, Callable[..., Any]]] = {
    K.CRIMINAL_TRANSFER: criminal.ACTIONS,
    K.ASSISTANCE: requests.ACTIONS,
    K.LEAD_TRANSFER: requests.ACTIONS,
    K.NOTICE: letters.ACTIONS,
    K.COPY: letters.ACTIONS,
    K.ECO_LEAD: police.ECO_LEAD_ACTIONS,
    K.IDENTITY: police.IDENTITY_ACTIONS,
    K.ADMINISTRATIVE: competence.ACTIONS,
    K.REVERSE: reverse.ACTIONS,
    K.OPINION: reverse.ACTIONS,
    K.CONVERSION: conversion.ACTIONS,
    K.SUPERVISION: supervision.ACTIONS,
    K.DEMAND: demand.ACTIONS,
}
# A verb without an action of its own only changes the referral.
ACTIONS_BY_KIND: dict[str, Mapping[str, Callable[..., Any]]] = {
    kind: by_verb(transition_referral, BY_KIND[kind], **special) for kind, special in SPECIAL.items()
}
