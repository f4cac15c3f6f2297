"""Celery tasks of feeds."""

from celery import shared_task

from . import actions


@shared_task(name="feeds.follow")
def follow() -> int:
    """Numbers new events for each system. Returns how many."""
    return actions.follow_journal()


@shared_task(name="feeds.sweep")
def sweep() -> int:
    """Numbers what was missed and deletes what is old. Returns the number of both."""
    return actions.sweep()
