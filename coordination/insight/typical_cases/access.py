"""Permissions on typical cases."""

from agencies.journal.involvement import is_involved
from agencies.kernel.actor import Actor

from .models import TypicalCase


def editor(actor: Actor, typical: TypicalCase) -> bool:
    """Staff of the agency that writes it; that they read the case is a condition of seeing the draft."""
    return actor.works_for(typical.agency_id)


def checker(actor: Actor, typical: TypicalCase) -> bool:
    """A unit lead of the agency or its responsible person. That they did not write it is a condition."""
    return actor.leads(typical.agency_id)


def took_part(actor: Actor, typical: TypicalCase) -> bool:
    return is_involved(actor, typical_case=typical.pk)
