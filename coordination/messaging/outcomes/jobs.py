"""Celery tasks of outcomes."""

from celery import shared_task

from .actions import record_outcomes, sweep_outcomes


@shared_task(name="outcomes.notify")
def notify() -> int:
    """Records outcomes since the last run; an event waits ten seconds at most. Returns how many."""
    return record_outcomes()


@shared_task(name="outcomes.sweep")
def sweep() -> int:
    return sweep_outcomes()
