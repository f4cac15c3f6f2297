"""The background worker and its scheduler. Jobs live in each noun's `jobs.py`; "task" is a word of the domain."""

import logging.config
import os
from typing import Any

import django
from celery import Celery, signals
from django.conf import settings

from coordination import database, queue_files, starting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

queue_files.use_whole_files()
app = Celery("coordination")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@signals.setup_logging.connect
def log_like_everything_else(**_: Any) -> None:
    """Connected at all, this keeps Celery from installing handlers of its own beside the project's."""
    logging.config.dictConfig(settings.LOGGING)


@signals.celeryd_init.connect
@signals.beat_init.connect
def refuse_unsafe_start(**_: Any) -> None:
    django.setup()
    database.limit(database.WORKER)
    # Celery swallows every Exception of a receiver; an exit passes.
    starting.wait_or_exit()
