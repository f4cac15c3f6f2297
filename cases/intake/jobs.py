"""Celery tasks of intake."""

from celery import shared_task

from .desks import place_leads


@shared_task(name="intake.place")
def place() -> int:
    """Keeps every lead to triage at an agency that signs in."""
    return place_leads()
