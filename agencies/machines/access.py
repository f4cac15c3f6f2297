"""Who administers machines."""

from agencies.kernel.actor import Actor, Role


def may_revoke_keys(actor: Actor) -> bool:
    """The security administrator, or the system by a command."""
    return actor.is_system or actor.has_role(Role.SECADMIN)
