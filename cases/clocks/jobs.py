"""Celery entry points of the clocks."""

from celery import shared_task

from .raising import BATCH, notify_raised, raise_alerts, raise_breaches, raise_bridges


@shared_task(name="clocks.sweep")
def sweep() -> int:
    """Raises what is due and tells it until nothing is left; a missed run is caught up by the next."""
    raise_breaches()
    raise_alerts()
    raise_bridges()
    total = 0
    while True:
        told = notify_raised()
        total += told
        if told < BATCH:
            return total
