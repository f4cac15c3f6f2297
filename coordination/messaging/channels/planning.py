"""Plans outgoing messages: each is a row that is made before it is sent.

Content is determined at sending: a person who is disabled, has read it or may no longer see it gets nothing.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.work import atomic
from agencies.runs.one_by_one import deferred_keys, process_each
from coordination.messaging.feeds.models import FeedEntry
from coordination.messaging.notifications.models import URGENT, Habit, InboxItem, When

from .models import PATIENCE, AnnouncedEvent, Sending, Webhook

MOST = 1_000
QUEUE = "channels.plan"  # the job name under which failures are reported
LOOKBACK = timedelta(days=3)
QUIET = timedelta(minutes=10)  # between two immediate mails to one person


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
    aside = set(deferred_keys(QUEUE))

    def plan(person: UUID) -> int:
        sending = Sending(kind=kind, person_id=person, day=day, created_at=now, not_before=now)
        return _plan(sending, [AnnouncedEvent(event_id=event, person_id=person) for event in events[person]])

    return sum(process_each(QUEUE, [person for person in events if str(person) not in aside], plan))


def plan_webhook_calls(now: datetime | None = None) -> int:
    """Creates a call for each new event of the system of a webhook, or one for urgent items not announced yet. Returns
    the number of calls."""
    now = now or times.now()
    webhooks = Webhook.objects.filter(is_active=True).exclude(pk__in=deferred_keys(QUEUE))

    def plan(webhook: Webhook) -> int:
        return _plan_urgent(webhook, now) if webhook.client_id is None else _plan_events(webhook, now)

    return sum(process_each(QUEUE, webhooks, plan, key=lambda webhook: webhook.pk))


def _plan_events(webhook: Webhook, now: datetime) -> int:
    """One call for each entry after the last one planned. A concurrent planner finds the number moved."""
    after = FeedEntry.objects.filter(feed=webhook.client_id, number__gt=webhook.number)
    entries = list(after.select_related("event").order_by("number")[:MOST])
    if not entries:
        return 0
    with atomic():
        unmoved = Webhook.objects.filter(pk=webhook.pk, number=webhook.number)
        if not unmoved.update(number=entries[-1].number):
            return 0
        planned = [
            Sending(
                kind=Sending.Kind.EVENT,
                webhook=webhook,
                entry=entry,
                about=entry.event.object_id,
                created_at=entry.created_at,
                not_before=now,
                gives_up_at=now + PATIENCE,
            )
            for entry in entries
        ]
        Sending.objects.bulk_create(planned)
    return len(planned)


def _plan_urgent(webhook: Webhook, now: datetime) -> int:
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
        Sending(kind=Sending.Kind.RING, webhook=webhook, created_at=now, not_before=now, gives_up_at=now + PATIENCE),
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
