"""Wakes the worker for a job. The work is stored in the database, and a sweep finds it without the signal."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue(job: str) -> None:
    """Sends the signal. If Redis is unavailable, the sweep finds the work later."""
    try:
        current_app.signature(job).delay()
    except (OperationalError, OSError) as error:
        log.warning("the worker was not woken for %s; the next sweep will find the work: %s", job, error)
