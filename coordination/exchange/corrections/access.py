"""Who may put the record right: the agency whose record it is, and never one person alone."""

from agencies.kernel.actor import Actor

from .models import Correction


def staff(actor: Actor, correction: Correction) -> bool:
    return actor.works_for(correction.agency_id)


def chief(actor: Actor, correction: Correction) -> bool:
    return actor.leads(correction.agency_id)
