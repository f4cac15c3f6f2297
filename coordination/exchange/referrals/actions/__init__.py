"""Actions on referrals: drafting, and the transitions of each kind."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from agencies.kernel.resource import by_verb

from ..models import Referral
from ..workflow import BY_KIND
from . import (
    competence,
    conversion,
    corrections,
    criminal,
    letters,
    police,
    proposing,
    prosecution,
    requests,
    reverse,
    supervision,
)
from .conversion import convert
from .drafting import DRAFTED, change_returned, draft_to, draft_transfer, edit_referral
from .reverse import record_return
from .transitions import Actions, transition_referral

K = Referral.Kind
CASE_ACTIONS: dict[str, Callable[..., Any]] = {
    "draft_transfer": draft_transfer,
    "record_return": record_return,
    "convert": convert,
    "prepare_file": prosecution.prepare_file,
    **{verb: partial(draft_to, verb=verb, kind=kind) for verb, kind in DRAFTED.items()},
}
COMMON: Actions = {
    "edit": edit_referral,
    "change": change_returned,
    "send": requests.send_request,
    **corrections.ACTIONS,
    **proposing.ACTIONS,
}
SPECIAL: Mapping[str, Actions] = {
    K.CRIMINAL_TRANSFER: criminal.ACTIONS,
    **dict.fromkeys((K.ASSISTANCE, K.LEAD_TRANSFER, K.IDENTITY), requests.ACTIONS),
    **dict.fromkeys((K.NOTICE, K.COPY), letters.ACTIONS),
    K.ECO_LEAD: police.ACTIONS,
    K.ADMINISTRATIVE: competence.ACTIONS,
    **dict.fromkeys((K.REVERSE, K.OPINION), reverse.ACTIONS),
    K.CONVERSION: conversion.ACTIONS,
    K.SUPERVISION: supervision.ACTIONS,
    K.PROSECUTION: prosecution.ACTIONS,
}


def _actions_of(kind: Referral.Kind) -> Actions:
    """A verb without an action of its own only changes the referral."""
    table, special = BY_KIND[kind], {**COMMON, **SPECIAL.get(kind, {})}
    known = {verb: act for verb, act in special.items() if verb in table.transitions}
    return by_verb(transition_referral, table, **known)


ACTIONS_BY_KIND: dict[str, Actions] = {kind: _actions_of(kind) for kind in BY_KIND}
