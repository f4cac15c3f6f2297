"""Celery tasks of the read log. `read_log.watch` is elsewhere, because it needs all resources."""

from celery import shared_task

from . import actions


@shared_task(name="read_log.take_in")
def take_in() -> int:
    """Imports waiting rows. The next run catches up on a missed one. Returns how many."""
    return actions.take_in()


@shared_task(name="read_log.forget")
def forget() -> int:
    """Deletes rows older than the retention period. Returns how many."""
    return actions.forget()
