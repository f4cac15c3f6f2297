"""Celery tasks that belong to no single app: background jobs and outgoing messages."""

from celery import shared_task

from agencies.kernel import times
from agencies.kernel.queueing import enqueue
from agencies.runs.actions import JOB, beat
from agencies.runs.models import Heartbeat
from agencies.runs.worker import work
from coordination.insight.audit.read_log_middleware import restricted_of
from coordination.insight.read_log.actions import watch
from coordination.lists.export import sweep_exports
from coordination.messaging.channels.actions import delete_sent
from coordination.messaging.channels.planning import plan_mails, plan_webhook_calls
from coordination.messaging.channels.sending import send_due
from coordination.messaging.notifications.actions import bring_forward
from coordination.workspace.message_texts import on_duty_on_a_day_off, unread_of

from .background_jobs import WORKS


@shared_task(name=JOB)
def go_on() -> None:
    """Runs one slice, then sends itself again, so that other jobs have their turn."""
    if work(WORKS):
        enqueue(JOB)


@shared_task(name="read_log.watch")
def watch_reads() -> int:
    """Raises alerts on reads of the last hours. Idempotent; returns how many."""
    return watch(restricted_of)


@shared_task(name="operation.tick")
def tick() -> None:
    """Scheduled only: its run shows that scheduler and worker work."""
    beat(Heartbeat.SCHEDULER)


@shared_task(name="exports.sweep")
def clear_exports() -> int:
    """Deletes exported files after a day. Returns how many."""
    return sweep_exports()


@shared_task(name="channels.plan")
def plan() -> int:
    """Plans mails and webhook calls; existing plans are left unchanged. Returns how many."""
    now = times.now()
    bring_forward(on_duty_on_a_day_off(now), now=now)
    made = plan_mails(now) + plan_webhook_calls(now)
    if made:
        enqueue("channels.send")
    return made


@shared_task(name="channels.send")
def send() -> int:
    """One attempt for each due message. The only job with outgoing calls. Returns how many."""
    return send_due(unread_of)


@shared_task(name="channels.tidy")
def tidy() -> int:
    """Deletes old sent messages. Returns how many."""
    return delete_sent()
