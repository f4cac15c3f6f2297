"""Celery tasks of form drafts. Idempotent."""

from celery import shared_task

from .actions import drop_old_drafts


@shared_task(name="form_drafts.drop_old_drafts")
def drop_old() -> None:
    drop_old_drafts()
