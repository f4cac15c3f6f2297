"""Permissions on thresholds."""

from typing import Any

from agencies.kernel.actor import Actor


def owns(actor: Actor, threshold: Any) -> bool:
    return str(threshold.owner_id) == actor.id
