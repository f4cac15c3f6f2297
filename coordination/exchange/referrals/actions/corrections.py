"""Bringing corrections of facts to the agency that received them in a package."""

from typing import Any

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.transitions import TransitionResult
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.work import atomic
from cases.casefile.actions import stream_of
from cases.casefile.following import FactCorrection
from coordination.exchange.tasks.actions import end_steps
from coordination.exchange.tasks.models import CORRECTION_STEP

from ..access import receiver_reads
from ..corrections import CONFIRMED, FOLLOWED, holds
from ..models import Referral
from .transitions import Actions, ask_for_receipt, transition_referral

NOT_IN_PACKAGES = frozenset({"conduct_on"})  # columns of rows that no package shows


def follow_correction(correction: FactCorrection, *, actor: Actor) -> None:
    """Records the correction with every referral whose package holds the row, and asks its receiver for the receipt."""
    facts = [one for one in correction.changes if one["field"] not in NOT_IN_PACKAGES]
    sent = Referral.objects.filter(case=correction.row.case_id, packages__isnull=False).distinct()
    for referral in sent.exclude(state=Referral.State.WITHDRAWN).prefetch_related("packages").order_by("pk"):
        if facts and holds(referral.packages.all(), correction.row):
            _follow(referral, correction, facts, actor=actor)


def _follow(referral: Referral, correction: FactCorrection, facts: list[Any], *, actor: Actor) -> None:
    """The receiver reads it where it reads the package. An observation of the system, which bars no annulment."""
    event, receiver = correction.event, referral.receiver_id
    reads = receiver_reads(referral) and actor.agency_id != receiver
    agency = actor.agency_id or referral.case.lead_id
    data = {"act": event.verb, "row": correction.name, "facts": facts, "agency": agency}
    same = (referral.state, referral.state)
    record_event(
        stream_of(referral.case_id),
        actor=SYSTEM,
        action=Action(FOLLOWED, "referral", referral.pk, *same, data=data, reason=correction.reason),
        happened_at=event.happened_at,
        audience=Audience("pair", counterpart_id=receiver, notify=[receiver]) if reads else Audience("own"),
    )
    if reads:
        ask_for_receipt(referral, at=times.now())


def confirm_correction(referral: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """Confirms that the receiver has the corrections of what the package holds."""
    with atomic():
        applied = transition_referral(referral, CONFIRMED, actor=actor, **given)
        end_steps(referral.pk, at=applied.at, only=CORRECTION_STEP)
        return applied


ACTIONS: Actions = {CONFIRMED: confirm_correction}
