"""Who compares the two sides of a match."""

from agencies.kernel.actor import Actor, Role

from .models import Match


def holder(actor: Actor, match: Match) -> bool:
    """People of the agency that holds the case or lead; of an own entry those of the agency that keeps it. For the
    centre its coordinators."""
    held = match.holder_id
    return actor.works_for(held) or (actor.agency_id == held and actor.has_role(Role.COORDINATOR))
