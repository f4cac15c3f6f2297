"""Celery tasks of sharing."""

from celery import shared_task

from .actions import end_lapsed_shares


@shared_task(name="sharing.end_lapsed")
def end_lapsed() -> int:
    """Records the end of shares whose last day is over. Their access has ended already."""
    return end_lapsed_shares()
