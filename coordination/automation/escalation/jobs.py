"""Celery tasks of escalation."""

from celery import shared_task

from .actions import BATCH, raise_rungs, tell_rungs


@shared_task(name="escalation.climb")
def climb() -> int:
    """Raises and notifies every rung reached. The next run catches up on a missed one. Returns the number."""
    raise_rungs()
    total = 0
    while True:
        told = tell_rungs()
        total += told
        if told < BATCH:
            return total
