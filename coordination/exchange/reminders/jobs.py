"""Celery tasks of reminders."""

from celery import shared_task

from .actions import BATCH, settle_letters


@shared_task(name="reminders.settle")
def settle() -> int:
    """Closes every letter whose items are all settled. The next run catches up on a missed one. Returns the number
    closed."""
    total = 0
    while True:
        closed = settle_letters()
        total += closed
        if closed < BATCH:
            return total
