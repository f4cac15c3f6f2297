"""Celery entry points of the clocks."""

from celery import shared_task

from .actions import SWEEP_BATCH, raise_breaches


@shared_task(name="clocks.sweep")
def sweep() -> int:
    """Raises missed duties until none is left; a missed run is caught up by the next."""
    total = 0
    while True:
        raised = raise_breaches()
        total += raised
        if raised < SWEEP_BATCH:
            return total
