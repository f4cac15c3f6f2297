"""Celery tasks of opinions."""

from celery import shared_task

from .actions import follow_facts


@shared_task(name="opinions.follow_facts")
def follow() -> int:
    """Marks opinions given on facts that have changed since. Returns the number of rounds checked."""
    return follow_facts()
