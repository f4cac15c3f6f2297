"""Celery tasks of gateways."""

from celery import shared_task

from .folder import watch_folder


@shared_task(name="gateways.watch")
def watch() -> int:
    """Takes in what lies in the watched folder. Returns the number of packages read."""
    return watch_folder()
