"""Celery entry points of late items."""

from celery import shared_task

from .summing import sum_up


@shared_task(name="late.sum_up")
def bring_up_to_date() -> int:
    """Brings the sums of late items up to date. Returns how many changes were taken into account."""
    return sum_up()
