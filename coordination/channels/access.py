"""Who keeps doorbells."""

from agencies.kernel.actor import Actor, Role


def keeps(actor: Actor, organ_id: int) -> bool:
    """The administrator of that very organ: where its doorbell hangs is for nobody else to say."""
    return actor.has_role(Role.AGENCY_ADMIN) and actor.organ_id == organ_id


def silences(actor: Actor, organ_id: int) -> bool:
    """The security administrator may take any off: something that calls out is his to stop."""
    return keeps(actor, organ_id) or actor.has_role(Role.SECADMIN)
