"""The webhook: rings the worker for a job. What must happen stands in the database, and a sweep finds it anyway."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue(job: str) -> None:
    """Redis is a webhook, not a mailbox: where nobody hears it, the sweep finds what is to do."""
    try:
        current_app.signature(job).delay()
    except (OperationalError, OSError) as deaf:
        log.warning("nobody heard the ring for %s, the sweep will find what is to do: %s", job, deaf)
