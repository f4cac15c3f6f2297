"""Celery tasks of certificates."""

from celery import shared_task

from .actions import follow_days


@shared_task(name="certificates.follow_days")
def follow() -> int:
    """Ends certificates after their last day, and makes those that end soon work."""
    return follow_days()
