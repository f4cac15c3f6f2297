"""Celery tasks of rules about the way of goods."""

from celery import shared_task

from .following import follow


@shared_task(name="routerisk.follow")
def follow_facts() -> int:
    """Brings the findings of changed cases up to date. Returns the number of cases looked at."""
    return follow()
