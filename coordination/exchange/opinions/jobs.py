"""Celery entry points of opinions."""

from celery import shared_task

from .actions import follow_facts


@shared_task(name="opinions.follow_facts")
def follow() -> int:
    """Marks opinions that were given on facts which have changed since."""
    return follow_facts()
