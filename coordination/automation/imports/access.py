"""Permissions on imports."""

from agencies.kernel.actor import Actor

from .kinds import KINDS
from .models import Import


def importer(actor: Actor, imported: Import) -> bool:
    """Staff of the agency, and the coordinator at the centre: those who may enter by hand what is imported."""
    return KINDS[imported.kind].permission.allows(actor) and actor.agency_id == imported.agency_id
