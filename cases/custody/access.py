"""Permission predicates of a lot: the agency that keeps it moves it, the agency that holds it decides about it."""

from agencies.kernel.actor import Actor
from agencies.kernel.proxy_recording import recorded_for
from agencies.organisations.models import Agency
from cases.papers.choices import paper_from

from .models import GoodsLot


def keeper(actor: Actor, lot: GoodsLot) -> bool:
    """Staff of the agency that keeps the lot, at its own place or in outside storage."""
    return actor.works_for(lot.custodian_id)


def holder(actor: Actor, lot: GoodsLot) -> bool:
    """Staff of the agency that holds the lot under a measure; without a measure, of the agency that keeps it."""
    return actor.works_for(lot.in_charge_id)


def holder_chief(actor: Actor, lot: GoodsLot) -> bool:
    return actor.leads(lot.in_charge_id)


def in_charge(lot: GoodsLot) -> Agency:
    return lot.title_agency or lot.custodian


def lead_staff(actor: Actor, lot: GoodsLot) -> bool:
    return actor.works_for(lot.case.lead_id)


@recorded_for(in_charge, by=lead_staff, paper=paper_from(in_charge))
def giver(actor: Actor, lot: GoodsLot) -> bool:
    """Staff of the agency that keeps the lot, or of the one that holds it if the title passes and the goods remain
    in place.
    """
    return keeper(actor, lot) or holder(actor, lot)


def goes_to(lot: GoodsLot) -> Agency:
    """The agency to which the lot was handed over; its keeper if it was not."""
    return lot.offered_to or lot.custodian


@recorded_for(goes_to, by=giver, paper=paper_from(goes_to))
def receiver(actor: Actor, lot: GoodsLot) -> bool:
    """Staff of the agency to which the lot was handed over."""
    return actor.works_for(lot.offered_to_id)


def names_officers(actor: Actor, agency_id: int) -> bool:
    """The officers in the ledger are disclosed to their own agency only."""
    return actor.agency_id == agency_id and actor.is_staff
