"""Who administers machines."""

from agencies.kernel.actor import Actor, Role


def may_manage_keys(actor: Actor, agency_id: int) -> bool:
    """The administrator of the agency: requests keys, and limits them."""
    return actor.is_person and actor.has_role(Role.AGENCY_ADMIN) and actor.agency_id == agency_id


def may_revoke_keys(actor: Actor, agency_id: int) -> bool:
    """The administrator of the agency, the security administrator, or the system by a command."""
    return actor.is_system or actor.has_role(Role.SECADMIN) or may_manage_keys(actor, agency_id)
