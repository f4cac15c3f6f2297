"""Celery entry points of the search index."""

from celery import shared_task

from .actions import index_changed


@shared_task(name="search.index_changed")
def follow_the_journal() -> int:
    """Makes anew the entries of what changed since the last run."""
    return index_changed()
