"""Celery tasks of papers."""

from celery import shared_task

from .orphans import sweep_orphans


@shared_task(name="papers.sweep_orphans")
def sweep() -> int:
    """Deletes files of uploads that were never saved."""
    return sweep_orphans()
