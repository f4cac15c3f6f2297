"""Permissions on reminders. Pure predicates; `visible_to` decides who sees one."""

from agencies.kernel.actor import Actor, Role

from .models import Reminder


def acts_for(actor: Actor, agency_id: int) -> bool:
    """Staff of an agency; for the centre its coordinators, who work no cases."""
    return actor.works_for(agency_id) or (actor.has_role(Role.COORDINATOR) and actor.agency_id == agency_id)


def sender(actor: Actor, letter: Reminder) -> bool:
    return acts_for(actor, letter.sender_id)


def addressee(actor: Actor, letter: Reminder) -> bool:
    return acts_for(actor, letter.agency_id)


def sender_for_absent(actor: Actor, letter: Reminder) -> bool:
    """Records the paper answer of an agency that does not use the system (代录); for the agency that sent the
    reminder."""
    return sender(actor, letter) and not letter.agency.signs_in


def coordinator(actor: Actor, letter: Reminder) -> bool:
    return actor.has_role(Role.COORDINATOR)
