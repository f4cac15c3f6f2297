"""Permissions on findings of military end use."""

from agencies.kernel.actor import Actor
from cases.casefile.access import contributor

from .models import EndUseFinding


def recorder(actor: Actor, finding: EndUseFinding) -> bool:
    """Staff of every agency that reads the contents of the case: facts come from all of them."""
    return contributor(actor, finding.case)


def concluder(actor: Actor, finding: EndUseFinding) -> bool:
    """Those of the agency that began it, or of the lead agency of the case, which follows where the former left."""
    return actor.agency_id in (finding.agency_id, finding.case.lead_id) and recorder(actor, finding)
