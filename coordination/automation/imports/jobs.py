"""Celery tasks of imports."""

from celery import shared_task

from .actions import delete_old_rows


@shared_task(name="imports.forget")
def forget_rows() -> int:
    """Deletes rows that are no longer kept. Returns of how many imports."""
    return delete_old_rows()
