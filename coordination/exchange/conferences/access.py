"""Permissions on conferences: who calls one, who takes part, who reads the minutes."""

from agencies.kernel.actor import Actor
from cases.casefile.access import contributor, reads_contents
from coordination.exchange.letters.rules import staff_or_coordinator

from .models import Conference

caller = staff_or_coordinator("agency")


def participant(actor: Actor, conference: Conference) -> bool:
    return actor.is_staff and any(one.agency_id == actor.agency_id for one in conference.participants.all())


def reading_participant(actor: Actor, conference: Conference) -> bool:
    """Whether the actor takes part and reads the case, and may therefore confirm the minutes. Guests read only the
    agenda."""
    return participant(actor, conference) and contributor(actor, conference.case)


def task_asker(actor: Actor, conference: Conference) -> bool:
    """The caller, or any participating agency that may ask for tasks on the case. The centre may not."""
    ours = actor.works_for(conference.agency_id) or participant(actor, conference)
    return ours and contributor(actor, conference.case)


def reads_inside(actor: Actor, conference: Conference) -> bool:
    """Whether the actor reads minutes and resolutions: the calling agency, and agencies that read the case."""
    return actor.agency_id == conference.agency_id or reads_contents(actor, conference.case)
