"""Celery tasks of screening."""

from celery import shared_task

from agencies.kernel.queueing import enqueue

from .actions import SLICE, follow_changes


@shared_task(name="screening.follow")
def follow() -> int:
    """Screens what changed since the last run, slice by slice. Returns the number of matters."""
    screened = follow_changes(SLICE)
    if screened >= SLICE:
        enqueue("screening.follow")
    return screened
