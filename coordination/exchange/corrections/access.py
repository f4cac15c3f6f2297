"""Permissions on corrections: the agency that owns the record, and always two people."""

from agencies.kernel.actor import Actor

from .models import Correction


def staff(actor: Actor, correction: Correction) -> bool:
    return actor.works_for(correction.agency_id)


def chief(actor: Actor, correction: Correction) -> bool:
    return actor.leads(correction.agency_id)
