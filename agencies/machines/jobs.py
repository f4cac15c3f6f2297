"""Celery tasks of machines. They may be delivered twice."""

from celery import shared_task

from .actions import forget_uses, notify_expiry


@shared_task(name="machines.watch_keys")
def watch_keys() -> int:
    """Notifies administrators of keys that end soon, deletes the old log of calls. Returns the number of notices."""
    forget_uses()
    return notify_expiry()
