"""Proposed decisions: submitted to the responsible person of one side, and returned for revision."""

from collections.abc import Callable
from functools import partial
from typing import Any

from agencies.journal.transitions import Applied
from agencies.kernel.actor import Actor

from ..models import Referral
from .transitions import transition_referral


def propose(referral: Referral, verb: str, *, actor: Actor, **given: Any) -> Applied[Referral]:
    """Submits a decision to the responsible person of the proposer's agency."""
    return transition_referral(referral, verb, actor=actor, changes={"decider_id": actor.own_agency}, **given)


def return_proposal(referral: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    """退回修改: the proposal goes back to the person who prepared it, who revises and submits it again."""
    return transition_referral(referral, "return_proposal", actor=actor, changes={"decider_id": None}, **given)


ACTIONS: dict[str, Callable[..., Applied[Referral]]] = {
    **{verb: partial(propose, verb=verb) for verb in ("propose", "propose_withdrawal", "propose_filing")},
    "return_proposal": return_proposal,
}
