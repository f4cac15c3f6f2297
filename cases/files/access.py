"""Permissions on files: the person who attached one changes it, and so does a lead of their agency."""

from agencies.kernel.actor import Actor

from .models import Attachment


def owner(actor: Actor, file: Attachment) -> bool:
    """Staff of the agency that attached the file."""
    return actor.works_for(file.agency_id)


def attacher_or_lead(actor: Actor, file: Attachment) -> bool:
    """Also the system, for the files of a lead that leaves the case."""
    mine = actor.works_for(file.agency_id) and str(file.person_id) == actor.id
    return mine or actor.leads(file.agency_id) or actor.is_system
