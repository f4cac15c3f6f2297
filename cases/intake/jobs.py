"""Celery tasks of intake."""

from celery import shared_task

from .desks import place_leads
from .verdicts import read_again


@shared_task(name="intake.place")
def place() -> int:
    """Keeps every lead to triage at an agency that signs in."""
    return place_leads()


@shared_task(name="intake.read_again")
def read_verdicts_again() -> int:
    """Keeps the verdicts of leads to triage at those of the rules in use."""
    return read_again()
