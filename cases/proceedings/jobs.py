"""Celery entry points of proceedings."""

from celery import shared_task

from .persons import lapse_measures


@shared_task(name="proceedings.lapse_measures")
def lapse() -> int:
    """Says of measures whose period has run out that the person must be released; running twice changes nothing."""
    return lapse_measures()
