"""Celery entry points of playbooks."""

from celery import shared_task

from .actions import follow_clocks, follow_journal


@shared_task(name="playbooks.follow")
def follow() -> int:
    """Asks what became due, and moves the deadlines that follow a period. Nobody rings for it: it comes by itself."""
    asked = follow_journal()
    follow_clocks()
    return asked
