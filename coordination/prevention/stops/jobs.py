"""Celery tasks of stops."""

from celery import shared_task

from .watching import expire, ring


@shared_task(name="stops.watch")
def watch() -> int:
    """Rings the bell for stops that were not seen, and ends those after their last day. Returns their number."""
    return ring() + expire()
