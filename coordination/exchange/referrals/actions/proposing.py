"""Proposed decisions: submitted to the responsible person of one side, and returned for revision."""

from collections.abc import Callable
from typing import Any

from agencies.journal.transitions import Applied
from agencies.kernel.actor import Actor

from ..models import Referral
from .transitions import transition_referral


def propose(verb: str) -> Callable[..., Applied[Referral]]:
    """Submits a decision to the responsible person of the proposer's agency."""

    def act(referral: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
        changes = {"decider_id": actor.own_agency}
        return transition_referral(referral, verb, actor=actor, changes=changes, **given)

    return act


def return_proposal(referral: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    """退回修改: the proposal goes back to the person who prepared it, who revises and submits it again."""
    return transition_referral(referral, "return_proposal", actor=actor, changes={"decider_id": None}, **given)


ACTIONS: dict[str, Callable[..., Applied[Referral]]] = {
    **{verb: propose(verb) for verb in ("propose", "propose_withdrawal", "propose_filing")},
    "return_proposal": return_proposal,
}
