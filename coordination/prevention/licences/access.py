"""Who reads licences and who imports them."""

from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import Permission

from .models import BUREAU, reads_licences


def keeps_licences(actor: Actor, licence: Any = None) -> bool:
    """Unit leads and the office holders of the commerce bureau."""
    return actor.agency_code == BUREAU and actor.leads(actor.agency_id)


LICENCE_READER = Permission("licences", reads_licences)
LICENCE_KEEPER = Permission("licence table", keeps_licences)
