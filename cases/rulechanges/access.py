"""Permissions on changes of the control law."""

from agencies.kernel.actor import Actor, Role

from .models import RuleChange


def imports_rules(actor: Actor, change: RuleChange | None = None) -> bool:
    """The administrators of reference data."""
    return actor.has_role(Role.SYSADMIN)
