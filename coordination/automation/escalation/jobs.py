"""Celery tasks of escalation."""

from celery import shared_task

from .actions import BATCH, notify_rungs, raise_rungs


@shared_task(name="escalation.climb")
def escalate_duties() -> int:
    """Raises and notifies every rung reached. The next run catches up on a missed one. Returns the number."""
    raise_rungs()
    total = 0
    while True:
        count = notify_rungs()
        total += count
        if count < BATCH:
            return total
