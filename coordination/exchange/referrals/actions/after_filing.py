"""After filing: the sender is notified of the course of the criminal case (MPSP arts. 184, 189).

The police act on their proceeding; the transfer passes it on to the sender.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.work import atomic
from cases.proceedings.models import Proceeding
from cases.proceedings.persons import move_criminal

from ..models import Letter, Referral
from .transitions import transition_referral

NOTED_BY = {"tell_withdrawal": "note_withdrawal", "tell_handing_on": "note_handing_on"}


def notify_sender(proceeding: Proceeding, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    """Performs an action of a proceeding, and records it on the transfer that opened the proceeding, if any."""
    with atomic():
        applied = move_criminal(proceeding, verb, actor=actor, **given)
        transfer = Referral.objects.filter(proceeding=proceeding).first()
        if transfer is not None:
            _note(transfer, NOTED_BY[verb], applied, given.get("reason", ""))
        return applied


def _note(transfer: Referral, verb: str, applied: TransitionResult[Proceeding], reason: str) -> None:
    at = max(applied.at, transfer.state_since or applied.at)
    transition_referral(transfer, verb, actor=SYSTEM, happened_at=at, other=transfer.sender_id)
    text = "\n".join(filter(None, (applied.thing.outcome_reason, reason)))
    if text:
        Letter.objects.create(referral=transfer, verb=verb, agency_id=applied.thing.agency_id, text=text, at=at)


PROCEEDING_ACTIONS: dict[str, Callable[..., Any]] = {verb: partial(notify_sender, verb=verb) for verb in NOTED_BY}
