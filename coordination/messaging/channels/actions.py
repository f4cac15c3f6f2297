"""Plans and sends outgoing messages, and manages webhooks.

At-least-once delivery: a row is made before sending and marked as sent after. Content is determined at sending: a
person who is disabled, has read it or may no longer see it gets nothing.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.runs.actions import record_dead_letter, require_changed
from agencies.runs.one_by_one import MOST_ATTEMPTS, deferred_keys, error_name, process_each, reraise_outage
from coordination.messaging.notifications.models import URGENT, Habit, InboxItem, When

from .access import keeps, silences
from .mailing import Mailer, MailFailed
from .models import AnnouncedEvent, Sending, Webhook, new_salt
from .webhook_calls import WebhookFailed, call_webhook, refuse_port, target_of

log = logging.getLogger(__name__)
MOST = 1_000
PLANNING = "channels.plan"  # the job name under which failures are reported
LOOKBACK = timedelta(days=3)
QUIET = timedelta(minutes=10)  # between two immediate mails to one person
LEASE = timedelta(minutes=2)  # longer than any one call may take
# Abandoned after as many attempts as everything else; the pauses bridge a night without a mail server.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=10)
FIRST_REST, LONGEST_REST = timedelta(minutes=5), timedelta(hours=1)
KEPT = timedelta(days=30)  # ten times as long as anything is looked at again
RUN = timedelta(seconds=20)  # of one job; the next continues


@dataclass(frozen=True)
class UnreadItems:
    """Items of a message that its reader has not read and may still see."""

    items: int
    urgent: int


Counter = Callable[[Sending], UnreadItems]


# Planning ------------------------------------------------------------------------------------------------------------
def plan_mails(now: datetime | None = None) -> int:
    """Creates one message for each person with news not mailed yet. Returns the number of messages."""
    if not settings.MAILS:
        return 0
    now = now or times.now()
    values = AnnouncedEvent.objects.filter(event=OuterRef("event"), person=OuterRef("person"))
    unwilling = Habit.objects.filter(person=OuterRef("person"), by_mail=False)
    items = (
        InboxItem.objects.counting(now)
        .filter(read_at=None, counts_from__gt=now - LOOKBACK, person__is_active=True)
        .exclude(person__email="")
        .exclude(Exists(unwilling))
        .exclude(Exists(values))
    )
    recent = Sending.objects.filter(person=OuterRef("person"), kind=Sending.Kind.NOW)
    busy = recent.filter(Q(created_at__gt=now - QUIET) | Q(state=Sending.State.WAITING))
    had = Sending.objects.filter(person=OuterRef("person"), kind=Sending.Kind.DIGEST, day=timezone.localdate(now))
    at_once = items.filter(when=When.NOW).exclude(Exists(busy))
    daily = items.filter(when=When.DAILY).exclude(Exists(had))
    made = _plan_for_people(at_once, Sending.Kind.NOW, None, now)
    return made + _plan_for_people(daily, Sending.Kind.DIGEST, timezone.localdate(now), now)


def _plan_for_people(items: "QuerySet[InboxItem]", kind: str, day: date | None, now: datetime) -> int:
    events: dict[UUID, list[int]] = defaultdict(list)
    for person, event in items.order_by("counts_from", "pk").values_list("person", "event")[:MOST]:
        events[person].append(event)
    aside = set(deferred_keys(PLANNING))

    def plan(person: UUID) -> int:
        sending = Sending(kind=kind, person_id=person, day=day, created_at=now, not_before=now)
        return _plan(sending, [AnnouncedEvent(event_id=event, person_id=person) for event in events[person]])

    return sum(process_each(PLANNING, [person for person in events if str(person) not in aside], plan))


def plan_webhook_calls(now: datetime | None = None) -> int:
    """Creates one call for each webhook with urgent items not announced yet. Returns the number of calls."""
    now = now or times.now()
    webhooks = Webhook.objects.filter(is_active=True).exclude(pk__in=deferred_keys(PLANNING))
    return sum(
        process_each(
            PLANNING, webhooks, lambda webhook: _plan_webhook_call(webhook, now), key=lambda webhook: webhook.pk
        )
    )


def _plan_webhook_call(webhook: Webhook, now: datetime) -> int:
    if Sending.objects.waiting().filter(webhook=webhook).exists():
        return 0
    values = AnnouncedEvent.objects.filter(event=OuterRef("event"), webhook=webhook)
    since = max(webhook.created_at, now - LOOKBACK)
    items = InboxItem.objects.counting(now).filter(
        read_at=None,
        topic__in=URGENT,
        person__agency=webhook.agency_id,
        person__is_active=True,
        counts_from__gt=now - LOOKBACK,
        created_at__gte=since,
    )
    events = list(items.exclude(Exists(values)).order_by("event").values_list("event", flat=True).distinct()[:MOST])
    if not events:
        return 0
    return _plan(
        Sending(kind=Sending.Kind.RING, webhook=webhook, created_at=now, not_before=now),
        [AnnouncedEvent(event_id=event, webhook=webhook) for event in events],
    )


def _plan(sending: Sending, carried: list[AnnouncedEvent]) -> int:
    """Saves both or neither. The database refuses rows of a concurrent planner. Returns the number created."""
    try:
        with atomic():
            sending.save(force_insert=True)
            for one in carried:
                one.sending = sending
            AnnouncedEvent.objects.bulk_create(carried)
    except IntegrityError:
        return 0
    return 1


# Sending -------------------------------------------------------------------------------------------------------------
def send_due(count: Counter) -> int:
    """Sends due messages, one attempt each, for about twenty seconds. Returns the number of attempts."""
    began, tried, passed = times.now(), 0, set[UUID]()
    mailer = Mailer()
    try:
        while times.now() - began < RUN:
            at = times.now()
            due = Sending.objects.due(at).exclude(pk__in=passed).select_related("person", "webhook")
            if mailer.is_down:
                due = due.exclude(webhook=None)
            sending = due.order_by("not_before", "pk").first()
            if sending is None:
                break
            passed.add(sending.pk)
            if _claim(sending, at):
                _try_safely(sending, count, mailer, at)
                tried += 1
    finally:
        mailer.close()
    return tried


def _claim(sending: Sending, now: datetime) -> bool:
    """Claims a message. One of two workers gets it; if that worker dies, the lease expires."""
    free = Sending.objects.waiting().filter(Q(leased_until=None) | Q(leased_until__lt=now), pk=sending.pk)
    return bool(free.update(leased_until=now + LEASE, attempts=F("attempts") + 1))


def _try_safely(sending: Sending, count: Counter, mailer: Mailer, now: datetime) -> None:
    try:
        _try(sending, count, mailer, now)
    except Exception as wrong:  # one failing message must not hold up the others
        reraise_outage(wrong)
        log.error("the message %s failed", sending.pk, exc_info=wrong)
        _put_off(sending, error_name(wrong), now)


def _try(sending: Sending, count: Counter, mailer: Mailer, now: datetime) -> None:
    sending.refresh_from_db(fields=["attempts"])
    unread = count(sending)
    if not unread.items:
        _settle(sending, Sending.State.DROPPED)
        return
    try:
        if sending.webhook is not None:
            _call_webhook(sending, sending.webhook, unread)
        else:
            mailer.send(sending, items=unread.items, urgent=unread.urgent)
    except (WebhookFailed, MailFailed) as failed:
        _put_off(sending, str(failed), now)
        if sending.webhook is not None:
            _note_failure(sending.webhook, str(failed), now)
        return
    _settle(sending, Sending.State.SENT, sent_at=now)
    if sending.webhook is not None:
        Webhook.objects.filter(pk=sending.webhook.pk).update(
            failures=0, rests_until=None, last_ok_at=now, last_error=""
        )


def _call_webhook(sending: Sending, webhook: Webhook, unread: UnreadItems) -> None:
    if webhook.mark != webhook.mark_of_secret:
        raise WebhookFailed("secret to be renewed")
    call_webhook(
        webhook.url,
        b'{"urgent": %d}' % unread.urgent,
        key=str(sending.pk),
        secret=webhook.secret,
        allowed=settings.WEBHOOK_NETWORKS,
        ports=settings.WEBHOOK_PORTS,
        ca_file=settings.WEBHOOK_CA,
    )


def _settle(sending: Sending, state: str, **columns: object) -> None:
    Sending.objects.waiting().filter(pk=sending.pk).update(state=state, leased_until=None, last_error="", **columns)


def _put_off(sending: Sending, error: str, now: datetime) -> None:
    """Postpones the message, longer each time. After the last attempt it is abandoned, to be retried or discarded by
    hand."""
    given_up = sending.attempts >= MOST_ATTEMPTS
    Sending.objects.waiting().filter(pk=sending.pk).update(
        state=Sending.State.DEAD if given_up else Sending.State.WAITING,
        leased_until=None,
        last_error=error[:60],
        not_before=now + pause_after(sending.attempts),
    )


def pause_after(attempts: int) -> timedelta:
    """A minute, 8 minutes, an hour, 9 hours; a random fifth spreads the load."""
    pause: timedelta = min(FIRST_PAUSE * 8 ** min(attempts - 1, 4), LONGEST_PAUSE)
    return pause * (1 + random.random() / 5)  # noqa: S311  # spreads load, hides nothing


def _note_failure(webhook: Webhook, error: str, now: datetime) -> None:
    """After some consecutive failures the webhook pauses, longer each time; one further call decides."""
    Webhook.objects.filter(pk=webhook.pk).update(failures=F("failures") + 1, last_error=error[:60])
    webhook.refresh_from_db(fields=["failures"])
    over = webhook.failures - Webhook.FAILURES_UNTIL_REST
    if over >= 0:
        rest = min(FIRST_REST * 2 ** min(over, 8), LONGEST_REST)
        Webhook.objects.filter(pk=webhook.pk).update(rests_until=now + rest)


def delete_sent() -> int:
    """Deletes sent and empty messages after a month; abandoned ones stay. Returns the number deleted."""
    before = times.now() - KEPT
    over = Sending.objects.filter(state__in=[Sending.State.SENT, Sending.State.DROPPED], created_at__lt=before)
    return Sending.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:MOST])).delete()[0]


# Abandoned messages --------------------------------------------------------------------------------------------------
def retry_sending(sending: Sending, *, actor: Actor) -> None:
    """Sends it again. If another message waits for the same reader, that one takes over its items."""
    with atomic():
        same = Sending.objects.waiting().filter(kind=sending.kind, person=sending.person_id, webhook=sending.webhook_id)
        waiting = same.first() if sending.kind != Sending.Kind.DIGEST else None
        dead = Sending.objects.filter(pk=sending.pk, state=Sending.State.DEAD)
        if waiting is None:
            require_changed(dead.update(state=Sending.State.WAITING, attempts=0, not_before=times.now(), last_error=""))
        else:
            require_changed(dead.update(state=Sending.State.DROPPED))
            AnnouncedEvent.objects.filter(sending=sending).update(sending=waiting)
        record_dead_letter("retry", sending.kind, sending.pk, actor=actor)


def discard_sending(sending: Sending, *, actor: Actor, reason: str) -> None:
    """Discards it. Its items remain in the inbox."""
    with atomic():
        require_changed(
            Sending.objects.filter(pk=sending.pk, state=Sending.State.DEAD).update(state=Sending.State.DROPPED)
        )
        record_dead_letter("discard", sending.kind, sending.pk, actor=actor, reason=reason)


# Webhooks ------------------------------------------------------------------------------------------------------------
def register_webhook(agency: Agency, url: str, *, actor: Actor) -> Webhook:
    """Registers a webhook of an agency. Its secret is shown once, to the person who registers it."""
    _refuse(keeps(actor, agency.pk))
    try:
        target = target_of(url)
    except WebhookFailed as wrong:
        detail = _("Enter an address that begins with https://, without user name or fragment.")
        raise Invalid.field("url", "invalid", detail) from wrong
    try:
        refuse_port(target, settings.WEBHOOK_PORTS)
    except WebhookFailed as wrong:
        ports = ", ".join(map(str, settings.WEBHOOK_PORTS))
        detail = _("Calls to port %(port)d are not allowed; allowed ports: %(ports)s.")
        raise Invalid.field("url", "port", detail % {"port": target.port, "ports": ports}) from wrong
    try:
        with atomic():
            webhook = Webhook(agency=agency, url=url)
            webhook.mark = webhook.mark_of_secret
            webhook.save(force_insert=True)
            _record(webhook, "register_webhook", actor)
    except IntegrityError as taken:
        raise Invalid.field("url", "taken", _("This address is already registered.")) from taken
    return webhook


def renew_secret(webhook: Webhook, *, actor: Actor) -> Webhook:
    """Replaces the secret; the old one is no longer valid."""
    _refuse(keeps(actor, webhook.agency_id))
    with atomic():
        webhook.salt = new_salt()
        webhook.mark = webhook.mark_of_secret
        webhook.save(update_fields=["salt", "mark"])
        _record(webhook, "renew_webhook", actor)
    return webhook


def switch_webhook(webhook: Webhook, *, actor: Actor, active: bool) -> None:
    """Switches it off or on. Switching on resets its failures."""
    _refuse(keeps(actor, webhook.agency_id) if active else silences(actor, webhook.agency_id))
    with atomic():
        changed = Webhook.objects.filter(pk=webhook.pk, is_active=not active)
        if not changed.update(is_active=active, failures=0, rests_until=None, last_error=""):
            raise TransitionRefused.because("state", _("It already has this state."))
        _record(webhook, "switch_webhook_on" if active else "switch_webhook_off", actor)


def call_webhook_again(webhook: Webhook, *, actor: Actor) -> int:
    """Replays abandoned messages as one with what is still unread. Returns the number of messages merged."""
    _refuse(keeps(actor, webhook.agency_id))
    with atomic():
        dead = list(webhook.refusals.select_for_update().values_list("pk", flat=True))
        if not dead:
            raise TransitionRefused.because("state", _("No message was given up."))
        waiting = Sending.objects.waiting().filter(webhook=webhook).first()
        into = waiting or Sending.objects.create(kind=Sending.Kind.RING, webhook=webhook)
        AnnouncedEvent.objects.filter(sending__in=dead).update(sending=into)
        Sending.objects.filter(pk__in=dead).update(state=Sending.State.DROPPED)
        Webhook.objects.filter(pk=webhook.pk).update(failures=0, rests_until=None)
        _record(webhook, "call_webhook_again", actor)
    return len(dead)


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise Forbidden(_("Webhooks are managed by the administrator of their agency."))


def _record(webhook: Webhook, verb: str, actor: Actor) -> None:
    record_event(
        agency_stream(webhook.agency),
        actor=actor,
        action=Action(verb, "webhook", webhook.pk, data={"host": target_of(webhook.url).host}),
        audience=Audience(Event.Visibility.OWN),
    )
