"""Celery entry points of sharing."""

from celery import shared_task

from .actions import end_lapsed_shares


@shared_task(name="sharing.end_lapsed")
def end_lapsed() -> int:
    """Writes down what sight already obeys: shares whose last day is over."""
    return end_lapsed_shares()
