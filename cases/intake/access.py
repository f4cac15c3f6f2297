"""Permission predicates of a lead: staff of its agency, and the coordinator for leads of the centre."""

from agencies.kernel.actor import Actor, Role
from agencies.machines.models import SANDBOX, ApiClient
from agencies.organisations.models import Agency

from .labels import MANUAL
from .models import Lead


def reports_for(actor: Actor, source_system: str) -> bool:
    """A machine reports for the source systems registered for it, a person for sources that no system and no agency
    has: by hand, or a channel of their agency such as a hotline. The source of test keys is theirs alone, because each
    of them reads it."""
    if actor.kind == "machine":
        return source_system in actor.sources
    if actor.is_system or source_system == MANUAL:
        return True
    if source_system.casefold() == SANDBOX:
        return False
    claimed = ApiClient.objects.reporting_for(source_system) or Agency.objects.filter(code__iexact=source_system)
    return not claimed


def staff(actor: Actor, lead: Lead) -> bool:
    return actor.works_for(lead.agency_id)


def centre_desk(actor: Actor, lead: Lead) -> bool:
    """The coordinator, for leads of the centre. It assigns, attaches and closes; it makes no case of its own."""
    return actor.has_role(Role.COORDINATOR) and actor.agency_id == lead.agency_id


def desk(actor: Actor, lead: Lead) -> bool:
    return staff(actor, lead) or centre_desk(actor, lead)


def officer(actor: Actor, lead: Lead) -> bool:
    """The officer of the lead, or unit leads; any staff of the agency while it has no officer."""
    if not actor.works_for(lead.agency_id):
        return False
    return lead.officer_id is None or str(lead.officer_id) == actor.id or actor.leads(lead.agency_id)


def triager(actor: Actor, lead: Lead) -> bool:
    """As `officer`, and the coordinator for leads of the centre."""
    return officer(actor, lead) or centre_desk(actor, lead)
