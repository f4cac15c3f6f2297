"""The worker's entry points for what may be of any noun: long work, and what leaves the building."""

from celery import shared_task

from agencies.kernel import times
from agencies.kernel.queueing import enqueue
from agencies.runs.actions import JOB, beat
from agencies.runs.models import Heartbeat
from agencies.runs.worker import work
from coordination.insight.read_log.actions import watch
from coordination.insight.read_log_middleware import restricted_of
from coordination.lists.export import sweep_exports
from coordination.messaging.channels.actions import forget_sent, plan_mails, plan_rings, send_due
from coordination.messaging.notifications.actions import bring_forward
from coordination.workspace.message_texts import on_duty_on_a_day_off, unread_of

from .background_jobs import WORKS


@shared_task(name=JOB)
def go_on() -> None:
    """A slice, then the bell again: between two slices the worker does what else was rung for."""
    if work(WORKS):
        enqueue(JOB)


@shared_task(name="read_log.watch")
def watch_reads() -> int:
    """Raises alerts on what was read in the last hours; run twice it raises none twice."""
    return watch(restricted_of)


@shared_task(name="operation.tick")
def tick() -> None:
    """Only the schedule rings for this one: that it runs says that scheduler and worker do what they are for."""
    beat(Heartbeat.SCHEDULER)


@shared_task(name="exports.sweep")
def clear_exports() -> int:
    """Files of lists are kept for a day."""
    return sweep_exports()


@shared_task(name="channels.plan")
def plan() -> int:
    """Writes down whom to mail and where to ring; what was written before is left alone."""
    now = times.now()
    bring_forward(on_duty_on_a_day_off(now), now=now)
    made = plan_mails(now) + plan_rings(now)
    if made:
        enqueue("channels.send")
    return made


@shared_task(name="channels.send")
def send() -> int:
    """One attempt for each message that is due. The only job that calls out."""
    return send_due(unread_of)


@shared_task(name="channels.tidy")
def tidy() -> int:
    """Forgets what went out long ago."""
    return forget_sent()
