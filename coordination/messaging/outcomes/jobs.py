"""Celery entry points of outcomes."""

from celery import shared_task

from .actions import sweep_outcomes, tell_outcomes


@shared_task(name="outcomes.tell")
def tell() -> int:
    """What happened since the last look; an event waits ten seconds at worst."""
    return tell_outcomes()


@shared_task(name="outcomes.sweep")
def sweep() -> int:
    return sweep_outcomes()
