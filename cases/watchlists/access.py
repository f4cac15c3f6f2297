"""Permission predicates of watch lists."""

from typing import Any

from agencies.kernel.actor import Actor, Role
from agencies.kernel.permissions import Permission

KEEPER = "MOFCOM_SCB"
"""The bureau that lists and ends entries (两用物项出口管制条例 arts. 26, 28), by its code in the reference data."""


def keeps_lists(actor: Actor, listing: Any = None) -> bool:
    """Unit leads and the office holder: of that bureau; of a watched route and an own entry those of its agency, and of
    an own entry of the centre its coordinators."""
    if listing is not None and listing.owner is not None:
        return keeps_for(actor, listing.owner.agency_id)
    return actor.agency_code == KEEPER and actor.leads(actor.agency_id)


def keeps_for(actor: Actor, agency_id: int | None) -> bool:
    """Whether the actor keeps what this agency lists for its own work."""
    return actor.leads(agency_id) or (actor.agency_id == agency_id and actor.has_role(Role.COORDINATOR))


IMPORTERS = Permission("keepers of lists", lambda actor: keeps_for(actor, actor.agency_id))
