"""Celery entry points. Twice is once."""

from celery import shared_task

from .actions import forget_old


@shared_task(name="idempotency.forget")
def forget() -> int:
    """Requests are remembered for 72 hours."""
    return forget_old()
