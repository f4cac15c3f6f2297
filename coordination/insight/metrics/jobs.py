"""Celery entry points of the figures."""

from celery import shared_task

from .actions import count_ahead


@shared_task(name="metrics.count_ahead")
def count() -> bool:
    """Counts the figures of supervision ahead; too early, it does nothing."""
    return count_ahead()
