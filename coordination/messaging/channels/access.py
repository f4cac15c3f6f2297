"""Permissions on webhooks."""

from agencies.kernel.actor import Actor, Role


def keeps(actor: Actor, agency_id: int) -> bool:
    """The administrator of the agency itself."""
    return actor.has_role(Role.AGENCY_ADMIN) and actor.agency_id == agency_id


def silences(actor: Actor, agency_id: int) -> bool:
    """The security administrator may switch any webhook off."""
    return keeps(actor, agency_id) or actor.has_role(Role.SECADMIN)
