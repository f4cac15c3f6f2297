"""Celery tasks of cases."""

from celery import shared_task

from .changed_rules import compare_determinations


@shared_task(name="casefile.compare_determinations")
def compare() -> int:
    """Compares determinations on open cases with the rules in use."""
    return compare_determinations()
