"""Who may put the record right: the organ whose record it is, and never one person alone."""

from agencies.kernel.actor import Actor

from .models import Correction


def staff(actor: Actor, correction: Correction) -> bool:
    return actor.works_for(correction.organ_id)


def chief(actor: Actor, correction: Correction) -> bool:
    return actor.leads(correction.organ_id)
