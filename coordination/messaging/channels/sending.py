"""Sends due messages: the only code that calls out.

At-least-once delivery: a row is made before sending and marked as sent after; a lease keeps a second worker away, and
the message of a killed worker goes out again under the same id. Each webhook has a lane of its own, and so has mail: a
slow receiver holds up no other. The lanes only call; this thread alone uses the database.
"""

import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import F, Q
from rest_framework.renderers import JSONRenderer

from agencies.kernel import times
from agencies.kernel.work import atomic
from agencies.machines.authentication import actor_of_system
from agencies.runs.one_by_one import MOST_ATTEMPTS, error_name, reraise_outage
from coordination.messaging.feeds.models import FeedEntry
from coordination.messaging.feeds.reading import rows_for
from coordination.messaging.feeds.shapes import EventShape
from coordination.messaging.feeds.sight import EVENTS_READ

from .mailing import Mailer, MailFailed
from .models import Attempt, Sending, Webhook
from .webhook_calls import WebhookFailed, call_webhook

log = logging.getLogger(__name__)
LANES = 16
LEASE = timedelta(minutes=2)  # longer than any one call may take
RUN = timedelta(seconds=20)  # of one job; the next continues
# A mail is given up after as many attempts as everything else; the pauses bridge a night without a mail server.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=10)
# The pauses after each attempt of a call, in minutes; with the last one PATIENCE is over.
PAUSES = [timedelta(minutes=one) for one in (1, 5, 30, 120, 360, 720, 1440, 1440)]
FIRST_REST, LONGEST_REST = timedelta(minutes=5), timedelta(hours=1)


@dataclass(frozen=True)
class UnreadItems:
    """Items of a message that its reader has not read and may still see."""

    items: int
    urgent: int


Counter = Callable[[Sending], UnreadItems]


@dataclass(frozen=True)
class SendingResult:
    """What came of one attempt. `error` is a code of ours, empty if it was taken."""

    error: str = ""
    status: int | None = None
    milliseconds: int = 0


Call = Callable[[], SendingResult]
Lanes = dict["Future[SendingResult]", tuple[Sending, datetime]]


def send_due(count: Counter) -> int:
    """Sends due messages, one attempt each, for about twenty seconds. Returns the number of attempts."""
    began, tried, mailer, lanes = times.now(), 0, Mailer(), Lanes()
    with ThreadPoolExecutor(LANES) as pool:
        try:
            while True:
                while len(lanes) < LANES and times.now() - began < RUN and (sending := _next(lanes, mailer)):
                    at = times.now()
                    if not _claim(sending, at):
                        continue
                    tried += 1
                    if call := _prepare(sending, count, mailer, at):
                        lanes[pool.submit(call)] = (sending, at)
                if not lanes:
                    return tried
                for done in wait(lanes, return_when=FIRST_COMPLETED).done:
                    _finish(*lanes.pop(done), done)
        finally:
            mailer.close()


def _next(lanes: Lanes, mailer: Mailer) -> Sending | None:
    """The next due message whose lane is free."""
    busy = {sending.webhook_id for sending, _at in lanes.values()}
    due = Sending.objects.due(times.now()).exclude(webhook__in=busy - {None})
    if mailer.is_down or None in busy:
        due = due.exclude(webhook=None)
    due = due.select_related("person", "webhook__client__agency", "entry__event")
    return due.order_by("not_before", "entry", "pk").first()


def _claim(sending: Sending, now: datetime) -> bool:
    """Claims a message. One of two workers gets it; if that worker dies, the lease expires."""
    free = Sending.objects.waiting().filter(Q(leased_until=None) | Q(leased_until__lt=now), pk=sending.pk)
    return bool(free.update(leased_until=now + LEASE, attempts=F("attempts") + 1))


def _prepare(sending: Sending, count: Counter, mailer: Mailer, now: datetime) -> Call | None:
    """What the lane does. None: there is nothing to send, or it could not be prepared, and the row says so."""
    try:
        sending.refresh_from_db(fields=["attempts"])
        call = _call_of(sending, count, mailer)
    except WebhookFailed as failed:
        _fail(sending, str(failed), now)
    except Exception as wrong:  # one failing message must not hold up the others
        reraise_outage(wrong)
        log.error("the message %s failed", sending.pk, exc_info=wrong)
        _put_off(sending, error_name(wrong), now)
    else:
        if call is None:
            _settle(sending, Sending.State.DROPPED)
        return call
    return None


def _call_of(sending: Sending, count: Counter, mailer: Mailer) -> Call | None:
    webhook, key = sending.webhook, str(sending.pk)
    if webhook is None:
        unread = count(sending)
        return partial(_mail, mailer, sending, unread) if unread.items else None
    if webhook.mark != webhook.mark_of_secret:
        raise WebhookFailed("secret to be renewed")
    if sending.entry is not None:
        return _posting(webhook, str(sending.entry.key), _event_body(webhook, sending.entry))
    if sending.kind == Sending.Kind.TEST:
        return _posting(webhook, key, b'{"type":"webhook.test"}')
    urgent = count(sending).urgent
    return _posting(webhook, key, b'{"type":"inbox.urgent","urgent":%d}' % urgent) if urgent else None


def _event_body(webhook: Webhook, entry: FeedEntry) -> bytes:
    """The event as the system would read it in its feed now. Raises WebhookFailed if none of its keys may read it."""
    client = webhook.client
    scopes = client.scopes_with(EVENTS_READ) if client else frozenset()
    if client is None or not scopes:
        raise WebhookFailed("no key")
    [row] = rows_for(actor_of_system(client, scopes), [entry])
    body: bytes = JSONRenderer().render(EventShape(row).data)
    return body


def _posting(webhook: Webhook, key: str, body: bytes) -> Call:
    url, secrets = webhook.url, webhook.live_secrets

    def post() -> SendingResult:
        began = time.monotonic()
        error, status = "", None
        try:
            status = call_webhook(
                url,
                body,
                key=key,
                secrets=secrets,
                allowed=settings.WEBHOOK_NETWORKS,
                ports=settings.WEBHOOK_PORTS,
                ca_file=settings.WEBHOOK_CA,
            )
        except WebhookFailed as failed:
            error, status = str(failed), failed.status
        return SendingResult(error, status, round((time.monotonic() - began) * 1_000))

    return post


def _mail(mailer: Mailer, sending: Sending, unread: UnreadItems) -> SendingResult:
    try:
        mailer.send(sending, items=unread.items, urgent=unread.urgent)
    except MailFailed as failed:
        return SendingResult(str(failed))
    return SendingResult()


def _finish(sending: Sending, at: datetime, done: "Future[SendingResult]") -> None:
    """Marks the message by what came of the attempt, and notes the attempt of a webhook."""
    if (wrong := done.exception()) is not None:
        log.error("the message %s failed", sending.pk, exc_info=wrong)
        _put_off(sending, error_name(wrong), at)
        return
    result = done.result()
    with atomic():
        if sending.webhook is not None:
            Attempt.objects.create(
                sending=sending, at=at, status=result.status, error=result.error, milliseconds=result.milliseconds
            )
        if result.error:
            _fail(sending, result.error, at)
            return
        _settle(sending, Sending.State.SENT, sent_at=at)
        if sending.webhook is not None:
            taken = Webhook.objects.filter(pk=sending.webhook.pk)
            taken.update(failures=0, rests_until=None, last_ok_at=at, last_error="")


def _settle(sending: Sending, state: str, error: str = "", **columns: object) -> None:
    waiting = Sending.objects.waiting().filter(pk=sending.pk)
    waiting.update(state=state, leased_until=None, last_error=error[:60], **columns)


def _fail(sending: Sending, error: str, now: datetime) -> None:
    """Puts the message off and counts the failure of its webhook. A test is tried once, and says nothing of others.

    While the webhook pauses, the message waits no longer than the pause: the receiver failed, not this message.
    """
    if sending.kind == Sending.Kind.TEST:
        _settle(sending, Sending.State.DROPPED, error)
        return
    rest = _note_failure(sending.webhook, error, now) if sending.webhook else None
    _put_off(sending, error, now, rest)


def _put_off(sending: Sending, error: str, now: datetime, rest: timedelta | None = None) -> None:
    """Postpones the message, longer each time. After the last attempt it is given up, to be sent again or discarded by
    hand."""
    last = sending.attempts >= MOST_ATTEMPTS
    pause = pause_after(sending.attempts)
    if sending.gives_up_at is not None:
        pause = rest or PAUSES[min(sending.attempts, len(PAUSES)) - 1]
        last = now + pause > sending.gives_up_at
    Sending.objects.waiting().filter(pk=sending.pk).update(
        state=Sending.State.DEAD if last else Sending.State.WAITING,
        leased_until=None,
        last_error=error[:60],
        not_before=now + pause,
    )


def pause_after(attempts: int) -> timedelta:
    """Of a mail: a minute, 8 minutes, an hour, 9 hours; a random fifth spreads the load."""
    pause: timedelta = min(FIRST_PAUSE * 8 ** min(attempts - 1, 4), LONGEST_PAUSE)
    return pause * (1 + random.random() / 5)  # noqa: S311  # spreads load, hides nothing


def _note_failure(webhook: Webhook, error: str, now: datetime) -> timedelta | None:
    """After some consecutive failures the webhook pauses, longer each time; one further call decides. Returns how long
    it pauses."""
    Webhook.objects.filter(pk=webhook.pk).update(failures=F("failures") + 1, last_error=error[:60])
    webhook.refresh_from_db(fields=["failures"])
    over = webhook.failures - Webhook.FAILURES_UNTIL_REST
    if over < 0:
        return None
    rest: timedelta = min(FIRST_REST * 2 ** min(over, 8), LONGEST_REST)
    Webhook.objects.filter(pk=webhook.pk).update(rests_until=now + rest)
    return rest
