"""Celery tasks of thresholds."""

from celery import shared_task

from .actions import check_thresholds


@shared_task(name="thresholds.check")
def check() -> int:
    """Checks every watched figure each minute: figures change with the journal, and with the time. Returns the number
    of notifications."""
    return check_thresholds()
