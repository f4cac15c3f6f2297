"""Celery tasks of the journal."""

from celery import shared_task

from . import checkpoints


@shared_task(name="journal.checkpoint")
def checkpoint() -> int:
    """Records the heads of all chains. A missed run is made up by the next."""
    return checkpoints.write_checkpoints()
