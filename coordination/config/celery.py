"""Background worker and scheduler. Celery tasks are in each app's `jobs.py`, because "task" is a domain term."""

import logging.config
import os
from typing import Any

import django
from celery import Celery, signals
from django.conf import settings

from coordination.config import database, queue_files, starting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

queue_files.use_whole_files()
app = Celery("coordination")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(["coordination.tooling.operation"], related_name="jobs")  # a folder without an app of its own


@signals.setup_logging.connect
def configure_logging(**_: Any) -> None:
    """A connected receiver keeps Celery from installing its own log handlers."""
    logging.config.dictConfig(settings.LOGGING)


@signals.celeryd_init.connect
@signals.beat_init.connect
def refuse_unsafe_start(**_: Any) -> None:
    django.setup()
    database.limit(database.WORKER)
    # Celery swallows an Exception of a receiver, but not an exit.
    starting.wait_or_exit()


@signals.task_success.connect
@signals.task_failure.connect
def record_job_result(sender: Any = None, exception: BaseException | None = None, **_: Any) -> None:
    """Records the worker's heartbeat and jobs that failed as a whole. Not for jobs run in place."""
    if sender is None or sender.request.is_eager:
        return
    # `coordination` imports this module before Django has loaded the apps; models can be imported only afterwards.
    from agencies.runs.actions import beat
    from agencies.runs.models import Failure, Heartbeat
    from agencies.runs.one_by_one import clear_failure, record_failure

    if exception is None:
        clear_failure(Failure.JOBS, sender.name)
        beat(Heartbeat.WORKER)
    else:
        record_failure(Failure.JOBS, sender.name, exception)
