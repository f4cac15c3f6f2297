"""Who may do what with a chase letter. Pure predicates; seeing it at all is `visible_to`."""

from agencies.kernel.actor import Actor, Role

from .models import ChaseLetter


def acts_for(actor: Actor, organ_id: int) -> bool:
    """The staff of an organ; for the centre its coordinators, who work no cases."""
    return actor.works_for(organ_id) or (actor.has_role(Role.COORDINATOR) and actor.organ_id == organ_id)


def sender(actor: Actor, letter: ChaseLetter) -> bool:
    return acts_for(actor, letter.sender_id)


def addressee(actor: Actor, letter: ChaseLetter) -> bool:
    return acts_for(actor, letter.organ_id)


def sender_for_absent(actor: Actor, letter: ChaseLetter) -> bool:
    """An organ that does not sign in answers on paper, which who chased it records (代录)."""
    return sender(actor, letter) and not letter.organ.signs_in


def coordinator(actor: Actor, letter: ChaseLetter) -> bool:
    return actor.has_role(Role.COORDINATOR)


def system_only(actor: Actor, letter: ChaseLetter) -> bool:
    return actor.is_system
