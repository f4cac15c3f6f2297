"""Celery entry points of the search index."""

from celery import shared_task

from agencies.kernel.queueing import ring

from .actions import SLICE, index_changed


@shared_task(name="search.index_changed")
def follow_the_journal() -> int:
    """Makes anew the entries of what changed since the last run; a backlog is worked off slice by slice."""
    indexed = index_changed(SLICE)
    if indexed >= SLICE:
        ring("search.index_changed")
    return indexed
