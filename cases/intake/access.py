"""Who may do what with a lead: its holding agency's staff."""

from agencies.kernel.actor import Actor

from .models import Lead


def reports_for(actor: Actor, source_system: str) -> bool:
    """A machine reports for the source systems bound to it; a person for any of their agency's."""
    return actor.kind != "machine" or source_system in actor.sources


def staff(actor: Actor, lead: Lead) -> bool:
    return actor.works_for(lead.agency_id)


def triager(actor: Actor, lead: Lead) -> bool:
    """Who has the lead in hand, or a unit lead; anybody of the agency while nobody has it."""
    if not actor.works_for(lead.agency_id):
        return False
    return lead.officer_id is None or str(lead.officer_id) == actor.id or actor.leads(lead.agency_id)
