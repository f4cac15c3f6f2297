"""Celery tasks of clocks."""

from celery import shared_task

from .raising import BATCH, notify_raised, raise_alerts, raise_breaches, raise_bridges


@shared_task(name="clocks.sweep")
def sweep() -> int:
    """Raises what is due and notifies the agencies until nothing is left. The next run catches up a missed one."""
    raise_breaches()
    raise_alerts()
    raise_bridges()
    total = 0
    while True:
        notified = notify_raised()
        total += notified
        if notified < BATCH:
            return total
