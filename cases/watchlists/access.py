"""Who keeps the watch lists."""

from typing import Any

from agencies.kernel.actor import Actor

KEEPER = "MOFCOM_SCB"
"""The bureau that lists and ends (两用物项出口管制条例 arts. 26, 28): its code in the reference data of agencies."""


def keeps_lists(actor: Actor, listing: Any = None) -> bool:
    """A unit lead or the responsible person of that bureau."""
    return actor.agency_code == KEEPER and actor.leads(actor.agency_id)


def nobody(actor: Actor, listing: Any) -> bool:
    """What only another version of the entry does."""
    return False
