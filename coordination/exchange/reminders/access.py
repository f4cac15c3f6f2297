"""Who may do what with a reminder. Pure predicates; seeing it at all is `visible_to`."""

from agencies.kernel.actor import Actor, Role

from .models import Reminder


def acts_for(actor: Actor, agency_id: int) -> bool:
    """The staff of an agency; for the centre its coordinators, who work no cases."""
    return actor.works_for(agency_id) or (actor.has_role(Role.COORDINATOR) and actor.agency_id == agency_id)


def sender(actor: Actor, letter: Reminder) -> bool:
    return acts_for(actor, letter.sender_id)


def addressee(actor: Actor, letter: Reminder) -> bool:
    return acts_for(actor, letter.agency_id)


def sender_for_absent(actor: Actor, letter: Reminder) -> bool:
    """An agency that does not sign in answers on paper, which who chased it records (代录)."""
    return sender(actor, letter) and not letter.agency.signs_in


def coordinator(actor: Actor, letter: Reminder) -> bool:
    return actor.has_role(Role.COORDINATOR)


def system_only(actor: Actor, letter: Reminder) -> bool:
    return actor.is_system
