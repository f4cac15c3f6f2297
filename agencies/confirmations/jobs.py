"""Celery tasks of confirmations."""

from celery import shared_task

from .actions import sweep_due


@shared_task(name="confirmations.sweep")
def sweep_confirmations() -> int:
    """Expires unanswered requests and applies declarations whose date has come."""
    return sweep_due()
