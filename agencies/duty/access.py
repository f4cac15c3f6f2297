"""Who keeps the roster, and who signs a shift note."""

from agencies.kernel.actor import Actor
from agencies.people.access import administers
from agencies.people.models import User

from .models import Absence


def keeps_roster(actor: Actor, agency_id: int | None) -> bool:
    """A unit lead, the office holder, or the account administrator of the agency."""
    return actor.leads(agency_id) or administers(actor, agency_id)


def tells_absence(actor: Actor, person: User) -> bool:
    """His own, or whoever keeps the roster."""
    return str(person.pk) == actor.id or keeps_roster(actor, person.agency_id)


def ends_absence(actor: Actor, absence: Absence) -> bool:
    return tells_absence(actor, absence.person)
