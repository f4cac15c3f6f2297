"""Permissions on alerts of the read log."""

from agencies.kernel.actor import Actor, Role

from .models import ReadAlert


def auditor(actor: Actor, alert: ReadAlert) -> bool:
    """An auditor, but not about their own reads."""
    return actor.has_role(Role.AUDITOR) and alert.actor_id != actor.id
