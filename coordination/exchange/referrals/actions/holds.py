"""Holds of a transfer: no fine for the same party and act while the police decide or investigate (D310 art. 11).

Warnings and suspensions already imposed continue; a hold affects no decision that was made.
"""

from uuid import UUID

from cases.casefile.actions import lift_holds, place_hold
from cases.casefile.models import Act, Hold

from ..models import Referral

Pair = tuple[UUID | None, UUID | None]


def pairs_of(referral: Referral) -> list[Pair]:
    """Pairs of party and act, each as far as named. An act that names its parties is theirs alone."""
    parties = list(referral.parties.values_list("pk", flat=True))
    acts = list(referral.acts.prefetch_related("parties"))
    if not acts:
        return [(party, None) for party in parties] or [(None, None)]
    return [(party, act.pk) for act in acts for party in _parties_in(act, parties)]


def _parties_in(act: Act, named: list[UUID]) -> list[UUID | None]:
    """Transferred parties among those the act names. An unknown party excludes no one."""
    own = [party.pk for party in act.parties.all()]
    return [party for party in named if not own or party in own] if named else [*own] or [None]


def hold_fines(referral: Referral) -> None:
    for party, act in pairs_of(referral):
        place_hold(
            referral.case_id,
            Hold.Verb.PUNISH,
            because=Hold.Because.POLICE_DECIDE,
            agency_id=referral.receiver_id,
            source=referral.pk,
            party_id=party,
            act_id=act,
        )


def hold_fines_anew(referral: Referral) -> None:
    """Moves the hold to the police that now have the matter."""
    lift_holds(referral.pk, Hold.Verb.PUNISH)
    hold_fines(referral)
