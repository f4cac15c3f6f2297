"""Celery tasks of playbooks."""

from celery import shared_task

from .actions import follow_clocks, follow_journal


@shared_task(name="playbooks.follow")
def follow() -> int:
    """Creates due steps and updates deadlines that follow a period. Scheduled, not triggered. Returns the number of
    cases."""
    asked = follow_journal()
    follow_clocks()
    return asked
