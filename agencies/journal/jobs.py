"""Celery entry points of the journal."""

from celery import shared_task

from . import checkpoints


@shared_task(name="journal.checkpoint")
def checkpoint() -> int:
    """Tells how far each chain has grown; a missed run is caught up by the next."""
    return checkpoints.write_checkpoints()
