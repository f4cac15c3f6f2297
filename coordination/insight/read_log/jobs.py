"""Celery entry points of the read log. `read_log.watch` is with the wiring, which knows what belongs to a case."""

from celery import shared_task

from . import actions


@shared_task(name="read_log.take_in")
def take_in() -> int:
    """Brings waiting rows into the database; a missed run is caught up by the next."""
    return actions.take_in()


@shared_task(name="read_log.forget")
def forget() -> int:
    """Deletes what is older than the log is kept."""
    return actions.forget()
