"""Permissions on bulletins."""

from agencies.journal.involvement import is_involved
from agencies.kernel.actor import Actor, Role

from .models import Bulletin


def drafts(actor: Actor, agency_id: int) -> bool:
    """The coordinators and supervisors of the centre, and its staff."""
    centre = actor.agency_id == agency_id and actor.has_role(Role.COORDINATOR, Role.SUPERVISOR)
    return centre or actor.works_for(agency_id)


def editor(actor: Actor, bulletin: Bulletin) -> bool:
    return drafts(actor, bulletin.agency_id)


def issuer(actor: Actor, bulletin: Bulletin) -> bool:
    """A coordinator of the centre or its responsible person. That they did not draft it is a condition."""
    coordinates = actor.agency_id == bulletin.agency_id and actor.has_role(Role.COORDINATOR)
    return coordinates or actor.holds_office(bulletin.agency_id)


def took_part(actor: Actor, bulletin: Bulletin) -> bool:
    """Whether the person drafted, edited or submitted it, or an edition that it replaces."""
    return is_involved(actor, bulletin=bulletin.pk)
