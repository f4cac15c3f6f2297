"""Who may edit the roster and record absences."""

from agencies.kernel.actor import Actor
from agencies.people.access import administers
from agencies.people.models import User

from .models import Absence


def may_edit_roster(actor: Actor, agency_id: int | None) -> bool:
    """A unit lead, the office holder, or the account administrator of the agency."""
    return actor.leads(agency_id) or administers(actor, agency_id)


def may_enter_absence(actor: Actor, person: User) -> bool:
    """The person themselves, or anyone who may edit the roster."""
    return str(person.pk) == actor.id or may_edit_roster(actor, person.agency_id)


def may_end_absence(actor: Actor, absence: Absence) -> bool:
    return may_enter_absence(actor, absence.person)
