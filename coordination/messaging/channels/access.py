"""Who keeps webhooks."""

from agencies.kernel.actor import Actor, Role


def keeps(actor: Actor, agency_id: int) -> bool:
    """The administrator of that very agency: where its webhook hangs is for nobody else to say."""
    return actor.has_role(Role.AGENCY_ADMIN) and actor.agency_id == agency_id


def silences(actor: Actor, agency_id: int) -> bool:
    """The security administrator may take any off: something that calls out is his to stop."""
    return keeps(actor, agency_id) or actor.has_role(Role.SECADMIN)
