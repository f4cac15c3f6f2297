"""Celery entry points of the papers."""

from celery import shared_task

from .orphans import sweep_orphans


@shared_task(name="papers.sweep_orphans")
def sweep() -> int:
    """Clears away what uploads that came to nothing left behind."""
    return sweep_orphans()
