"""Permissions on circulars."""

from agencies.kernel.actor import Actor
from agencies.people.deciding import DecidingOffice
from coordination.exchange.letters.rules import chief, staff
from coordination.prevention.warnings.access import BUREAU

from .models import Circular

OFFICE = DecidingOffice(agencies=("agency",), involves={"circular": "pk"})

writer = staff("agency")
writing_chief = chief("agency")


def kinds_of(actor: Actor) -> list[Circular.Kind]:
    """The kinds of letters that the agency of the actor writes: guidance, and in the bureau all."""
    return list(Circular.Kind) if actor.agency_code == BUREAU else [Circular.Kind.GUIDANCE]
