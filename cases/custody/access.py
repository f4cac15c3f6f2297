"""Who may do what with a lot: who keeps it moves it, who holds it decides about it."""

from agencies.kernel.actor import Actor
from agencies.kernel.proxy_recording import recorded_for
from agencies.organisations.models import Agency
from cases.papers.choices import paper_from

from .models import GoodsLot


def keeper(actor: Actor, lot: GoodsLot) -> bool:
    """Staff of the agency in whose keeping it is, at its own place or at an outside storage."""
    return actor.works_for(lot.custodian_id)


def holder(actor: Actor, lot: GoodsLot) -> bool:
    """Staff of the agency that holds it under a measure; without one, of the agency that keeps it."""
    return actor.works_for(lot.in_charge_id)


def holder_chief(actor: Actor, lot: GoodsLot) -> bool:
    return actor.leads(lot.in_charge_id)


def in_charge(lot: GoodsLot) -> Agency:
    return lot.title_agency or lot.custodian


def lead_staff(actor: Actor, lot: GoodsLot) -> bool:
    return actor.works_for(lot.case.lead_id)


@recorded_for(in_charge, by=lead_staff, paper=paper_from(in_charge))
def giver(actor: Actor, lot: GoodsLot) -> bool:
    """Who keeps it hands it over; who holds it, when the title passes and the goods stay where they lie."""
    return keeper(actor, lot) or holder(actor, lot)


def goes_to(lot: GoodsLot) -> Agency:
    """To whom it was handed over; nobody else than its keeper, where it was not."""
    return lot.offered_to or lot.custodian


@recorded_for(goes_to, by=giver, paper=paper_from(goes_to))
def receiver(actor: Actor, lot: GoodsLot) -> bool:
    """Staff of the agency to which it was handed over."""
    return actor.works_for(lot.offered_to_id)


def names_officers(actor: Actor, agency_id: int) -> bool:
    """The officers of a ledger are named to their own agency."""
    return actor.agency_id == agency_id and actor.is_staff
