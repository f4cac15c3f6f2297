"""Actions on referrals: drafting, and the transitions of each kind."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from agencies.kernel.resource import by_verb

from ..models import Referral
from ..workflow import BY_KIND
from . import competence, conversion, criminal, letters, police, proposing, requests, reverse, supervision
from .conversion import convert
from .drafting import draft_to, draft_transfer, edit_referral
from .reverse import record_return
from .transitions import Actions, transition_referral

K = Referral.Kind
DRAFTED = {
    "request_assistance": K.ASSISTANCE,  # 协查; the agency need not share the case
    "transfer_lead": K.LEAD_TRANSFER,  # 线索移送; once accepted it is a lead there
    "give_notice": K.NOTICE,  # 通报
    "send_copy": K.COPY,  # 抄送, without enclosures (高检会〔2006〕2号)
    "transfer_eco_lead": K.ECO_LEAD,  # 经侦线索, not a transfer of a suspected crime
    "enquire_identity": K.IDENTITY,  # 身份核查 (MPSP art. 353)
    "transfer_matter": K.ADMINISTRATIVE,  # 案件移送 (APL arts. 22–25, Customs Law 5)
    "return_matter": K.REVERSE,  # 反向移送: administrative liability without a crime (D310 arts. 10, 13; MPSP art. 186)
    "give_opinion": K.OPINION,  # 检察意见 after non-prosecution (CPL art. 177)
    "demand_transfer": K.DEMAND,  # of the agency that handles the case administratively (SPPR art. 557(3))
}
CASE_ACTIONS: dict[str, Callable[..., Any]] = {
    "draft_transfer": draft_transfer,
    "record_return": record_return,
    "convert": convert,
    **{verb: partial(draft_to, verb=verb, kind=kind) for verb, kind in DRAFTED.items()},
}
COMMON: Actions = {"edit": edit_referral, "send": requests.send_request, **proposing.ACTIONS}
SPECIAL: Mapping[str, Actions] = {
    K.CRIMINAL_TRANSFER: criminal.ACTIONS,
    **dict.fromkeys((K.ASSISTANCE, K.LEAD_TRANSFER, K.IDENTITY), requests.ACTIONS),
    **dict.fromkeys((K.NOTICE, K.COPY), letters.ACTIONS),
    K.ECO_LEAD: police.ACTIONS,
    K.ADMINISTRATIVE: competence.ACTIONS,
    **dict.fromkeys((K.REVERSE, K.OPINION), reverse.ACTIONS),
    K.CONVERSION: conversion.ACTIONS,
    K.SUPERVISION: supervision.ACTIONS,
}


def _actions_of(kind: Referral.Kind) -> Actions:
    """A verb without an action of its own only changes the referral."""
    table, special = BY_KIND[kind], {**COMMON, **SPECIAL.get(kind, {})}
    known = {verb: act for verb, act in special.items() if verb in table.transitions}
    return by_verb(transition_referral, table, **known)


ACTIONS_BY_KIND: dict[str, Actions] = {kind: _actions_of(kind) for kind in BY_KIND}
