"""Who calls a conference, who takes part, and who reads what was said."""

from agencies.kernel.actor import Actor
from cases.casefile.access import contributor, reads_contents

from .models import Conference, calls_for


def caller(actor: Actor, conference: Conference) -> bool:
    return calls_for(actor, conference.agency_id)


def participant(actor: Actor, conference: Conference) -> bool:
    return actor.is_staff and any(one.agency_id == actor.agency_id for one in conference.participants.all())


def reading_participant(actor: Actor, conference: Conference) -> bool:
    """Whoever reads the case confirms what the minutes say of it; a guest has read the agenda alone."""
    return participant(actor, conference) and contributor(actor, conference.case)


def task_asker(actor: Actor, conference: Conference) -> bool:
    """The caller, or any agency that took part, if it may ask for tasks on the case: the centre may not."""
    ours = actor.works_for(conference.agency_id) or participant(actor, conference)
    return ours and contributor(actor, conference.case)


def reads_inside(actor: Actor, conference: Conference) -> bool:
    """Minutes and resolutions: who called it, and who reads the case."""
    return actor.agency_id == conference.agency_id or reads_contents(actor, conference.case)


def nobody(actor: Actor, conference: Conference) -> bool:
    return actor.is_system
