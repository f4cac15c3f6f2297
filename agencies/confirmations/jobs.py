"""Celery entry points of confirmations."""

from celery import shared_task

from .actions import sweep_due


@shared_task(name="confirmations.sweep")
def sweep_confirmations() -> int:
    """Ends requests that nobody answered; declarations whose day has come take effect."""
    return sweep_due()
