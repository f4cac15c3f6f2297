"""Proposed decisions: submitted to the responsible person of one side, and returned for revision."""

from functools import partial
from typing import Any

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import Actor

from ..models import Referral
from .transitions import Actions, transition_referral


def propose(referral: Referral, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """Submits a decision to the responsible person of the proposer's agency."""
    return transition_referral(referral, verb, actor=actor, changes={"decider_id": actor.own_agency}, **given)


ACTIONS: Actions = {
    **{verb: partial(propose, verb=verb) for verb in ("propose", "propose_withdrawal", "propose_filing")},
    # 退回修改: the person who prepared it revises it and submits it again.
    "return_proposal": partial(transition_referral, verb="return_proposal", changes={"decider_id": None}),
}
