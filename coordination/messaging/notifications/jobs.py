"""Celery entry points of the notices."""

from celery import shared_task

from .actions import BATCH, drain_outbox


@shared_task(name="notifications.drain")
def drain() -> int:
    """Empties the outbox; rung after commits and, because rings get lost, by the schedule."""
    total = 0
    while True:
        done = drain_outbox()
        total += done
        if done < BATCH:
            return total
