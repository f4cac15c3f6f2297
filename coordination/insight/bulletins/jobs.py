"""Celery tasks of bulletins."""

from celery import shared_task

from .actions import draft_due


@shared_task(name="bulletins.draft")
def draft() -> int:
    """Drafts the bulletins of the past week and month, each once. Returns how many."""
    return draft_due()
