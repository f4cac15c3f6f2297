"""Celery tasks of idempotency. They may be delivered twice."""

from celery import shared_task

from .actions import forget_old


@shared_task(name="idempotency.forget")
def forget() -> int:
    """Deletes requests older than 72 hours."""
    return forget_old()
