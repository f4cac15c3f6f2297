"""Requests between agencies: assistance and leads."""

from datetime import datetime
from typing import Any

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic
from cases.intake.receiving import receive_lead
from cases.papers.actions import assign_draft_numbers

from ..models import Referral
from ..numbers import number_of
from ..packages import facts_of, freeze, letter_of
from .transitions import Actions, begin_act, handler_of, hold_conclusion, may_hold, transition_referral

K = Referral.Kind


def send_request(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """Sends an assistance request or a lead. Numbered once, frozen at every sending."""
    with atomic():
        at = begin_act(referral, "send", actor, given)
        number = number_of(referral, at=at)
        changes = {"number": number, "delivered_at": referral.delivered_at or at}
        applied = transition_referral(referral, "send", actor=actor, changes=changes, **given)
        if may_hold(applied.thing):
            hold_conclusion(referral)
        assign_draft_numbers(referral.clock_kind, referral.pk, number)
        freeze(applied.thing, at=applied.at)
        return applied


def accept_request(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """Accepts an assistance request, or takes over a lead, which enters the receiver's triage."""
    with atomic():
        changes = {"handler_id": handler_of(actor, referral)}
        applied = transition_referral(referral, "accept", actor=actor, changes=changes, **given)
        if referral.kind == K.LEAD_TRANSFER:
            _receive_as_lead(applied.thing, actor, applied.at)
        return applied


def _receive_as_lead(referral: Referral, actor: Actor, at: datetime) -> None:
    package = referral.packages.last()
    content = package.content if package else facts_of(referral)
    data = {
        "source_system": referral.sender.code,
        "report_type": "lead_transfer",
        "source_ref": referral.number,
        "title": referral.title,
        "narrative": letter_of(referral)["report"],
        "severity": referral.case.severity,
        "handling_code": referral.case.handling,
        **{part: [_known(row) for row in content.get(part, [])] for part in ("parties", "items", "shipments")},
    }
    receive_lead(data, actor=actor, agency=referral.receiver, happened_at=at, is_transfer=True)


def _known(row: dict[str, Any]) -> dict[str, Any]:
    """Known fields only: the intake contract allows no nulls and no control basis, which is the sender's own
    finding."""
    return {name: value for name, value in row.items() if value not in (None, "") and name != "basis"}


ACTIONS: Actions = {"accept": accept_request}
