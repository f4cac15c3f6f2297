"""Permissions on reminders. Pure predicates; `visible_to` decides who sees one."""

from agencies.kernel.actor import Actor, Role
from coordination.exchange.letters.rules import staff_or_coordinator

from .models import Reminder

sender, addressee = staff_or_coordinator("sender"), staff_or_coordinator("agency")


def sender_for_absent(actor: Actor, letter: Reminder) -> bool:
    """Records the paper answer of an agency that does not use the system (代录); for the agency that sent the
    reminder."""
    return sender(actor, letter) and not letter.agency.signs_in


def coordinator(actor: Actor, letter: Reminder) -> bool:
    return actor.has_role(Role.COORDINATOR)
