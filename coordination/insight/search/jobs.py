"""Celery tasks of the search index."""

from celery import shared_task

from agencies.kernel.queueing import enqueue

from .actions import SLICE, index_changed


@shared_task(name="search.index_changed")
def index_changes() -> int:
    """Indexes changes since the last run, slice by slice. Returns the number of subjects."""
    indexed = index_changed(SLICE)
    if indexed >= SLICE:
        enqueue("search.index_changed")
    return indexed
