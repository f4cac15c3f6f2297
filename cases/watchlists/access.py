"""Permission predicates of watch lists."""

from typing import Any

from agencies.kernel.actor import Actor

KEEPER = "MOFCOM_SCB"
"""The bureau that lists and ends entries (两用物项出口管制条例 arts. 26, 28), by its code in the reference data."""


def keeps_lists(actor: Actor, listing: Any = None) -> bool:
    """Unit leads and the office holder: of that bureau; of a watched route those of the agency of its desk."""
    if listing is not None and listing.owner is not None:
        return actor.leads(listing.owner.agency_id)
    return actor.agency_code == KEEPER and actor.leads(actor.agency_id)
