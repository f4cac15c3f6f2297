"""Permissions on the marks of major cases."""

from agencies.kernel.actor import Actor, Role
from cases.casefile.models import Handling
from coordination.exchange.letters.rules import staff

from .models import MajorCase

# Staff of the agency that leads the case.
lead_staff = staff("case.lead")


def ender(actor: Actor, mark: MajorCase) -> bool:
    """Coordinators of the centre; of a case restricted since then, which the centre no longer sees, its lead agency."""
    if mark.case.handling == Handling.H3:
        return actor.leads(mark.case.lead_id)
    return actor.has_role(Role.COORDINATOR)
