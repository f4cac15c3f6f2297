"""Permissions on exporters."""

from typing import Any

from agencies.kernel.actor import Actor
from cases.casefile.access import contributor
from cases.casefile.models import Case


def keeps_register(actor: Actor, thing: Any) -> bool:
    """Staff of the agency whose entry or lead it is."""
    return actor.works_for(thing.agency_id)


def registers_party(actor: Actor, case: Case) -> bool:
    """Staff of an agency that reads the contents of the case."""
    return actor.is_staff and contributor(actor, case)
