"""Permissions on thresholds."""

from typing import Any

from agencies.kernel.actor import Actor


def owns(actor: Actor, threshold: Any) -> bool:
    return str(threshold.owner_id) == actor.id


def system_only(actor: Actor, threshold: Any) -> bool:
    """For transitions that follow the figure."""
    return False
