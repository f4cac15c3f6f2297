"""Celery entry points of chasing."""

from celery import shared_task

from .actions import BATCH, settle_letters


@shared_task(name="reminders.settle")
def settle() -> int:
    """Closes every letter that is met; a missed run is caught up by the next."""
    total = 0
    while True:
        closed = settle_letters()
        total += closed
        if closed < BATCH:
            return total
