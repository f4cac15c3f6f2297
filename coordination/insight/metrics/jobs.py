"""Celery tasks of metrics."""

from celery import shared_task

from .actions import count_ahead


@shared_task(name="metrics.count_ahead")
def count() -> bool:
    """Precomputes the figures of supervision. Does nothing if it is too early; returns whether it ran."""
    return count_ahead()
