"""Celery tasks of proceedings."""

from celery import shared_task

from .measure_actions import lapse_measures


@shared_task(name="proceedings.lapse_measures")
def lapse() -> int:
    """Marks measures whose period has ended, so that the person is released. Idempotent."""
    return lapse_measures()
