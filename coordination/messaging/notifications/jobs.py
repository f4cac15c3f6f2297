"""Celery tasks of notifications."""

from celery import shared_task

from .actions import BATCH, drain_outbox


@shared_task(name="notifications.drain")
def drain() -> int:
    """Empties the outbox. Triggered after commits and, as a fallback, scheduled. Returns the number of deliveries."""
    total = 0
    while True:
        done = drain_outbox()
        total += done
        if done < BATCH:
            return total
