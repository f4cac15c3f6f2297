"""What referrals contribute to the figures: transfers and how the police decide them, requests, and what is open."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.measures import (
    FactCollector,
    History,
    MeasuredFact,
    Measures,
    days_between,
    entered,
    first_entered,
    labels,
)

from .models import Referral
from .workflow.steps import agency_at, step_of

S, K = Referral.State, Referral.Kind
DECIDED = (S.FILED, S.NOT_FILED, S.OUT_OF_SCOPE)
CONTESTED = (S.RECONSIDERATION, S.SUPERVISED)


def _facts(referral: Any, history: History) -> Iterable[MeasuredFact]:
    sent = referral.delivered_at
    if sent is None:
        return []  # no other agency knows of it
    sides = frozenset({referral.sender_id, referral.receiver_id})
    common = labels(pair=f"{referral.sender_id}>{referral.receiver_id}", reason=f"referral.kind:{referral.kind}")
    found = FactCollector(referral.sender_id, common, also=sides)
    found.count("referrals.sent", sent)
    if referral.kind == K.CRIMINAL_TRANSFER:
        _transfer(referral, history, found)
    at_holder = FactCollector(referral.holder_id, common, also=sides, facts=found.facts)
    ended = referral.state_since if referral.state in Referral.ENDED else None
    at_holder.stock("referrals", sent, ended, referral.handler_id)
    if ended is not None:
        at_holder.count("referrals.ended", ended, days=days_between(sent, ended))
    known = [event for event in history if event.happened_at >= sent]
    present = referral if ended is None else None
    found.stages("referral", known, present=present, agency_in=lambda state: _agency_in(referral, state))
    return found.facts


def _transfer(referral: Any, history: History, found: FactCollector) -> None:
    """What became of a transfer counts at the police agency that decided."""
    offence = labels(charge=referral.offence.code if referral.offence else "")
    found.count("transfers.sent", referral.delivered_at, labelled=offence)
    pair = frozenset(label for label in found.labels if label[0] == "pair")
    police = FactCollector(referral.receiver_id, pair | offence, also=found.also, facts=found.facts)
    received, decisions = first_entered(history, S.ACCEPTED), entered(history, *DECIDED)
    police.count("transfers.received", received)
    if first_entered(history, S.SUPPLEMENT):
        police.count("transfers.supplemented", received)
    for first in decisions[:1]:
        reason = labels(reason=f"referral.state:{first.to_state}")
        days = days_between(received or referral.delivered_at, first.happened_at)
        police.count("transfers.decided", first.happened_at, days=days, labelled=reason)
        outcome = "transfers.filed" if first.to_state == S.FILED else "transfers.not_filed"
        police.count(outcome, first.happened_at, labelled=reason)
    contested = first_entered(history, *CONTESTED)
    police.count("transfers.contested", contested)
    if contested and any(event.to_state == S.FILED and event.happened_at >= contested for event in decisions):
        police.count("transfers.overturned", contested)


def _agency_in(referral: Referral, state: str) -> int:
    step = step_of(referral, state)
    return agency_at(referral, step[1]).pk if step else referral.sender_id


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    sides = ("sender", "receiver", "respondent", "arbiter", "competent")
    return Referral.objects.filter(case__in=matters).select_related("offence", *sides)


MEASURES = Measures(rows=_rows, facts=_facts)
