"""Content of outgoing messages, limited to what their reader may see at the time of sending."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from agencies.duty.lookups import posts_in
from agencies.duty.models import Shift
from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.messaging.channels.models import Sending
from coordination.messaging.channels.sending import UnreadItems
from coordination.messaging.notifications.models import URGENT, InboxItem
from coordination.workspace.inbox import in_sight

MOST_PEOPLE = 50  # a webhook is called if one of this many people still has an unread item


def on_duty_on_a_day_off(now: datetime) -> list[UUID]:
    """People on duty or on call now, on non-working days; [] on working days, when everyone gets their digest."""
    if load_calendar().is_workday(timezone.localdate(now)):
        return []
    agencies = Shift.objects.running(now).values_list("desk__agency", flat=True)
    posts = posts_in(set(filter(None, agencies)), now)
    return sorted({post.person.pk for manned in posts.values() for post in manned})


def unread_of(sending: Sending) -> UnreadItems:
    """For a mail, unread items that its person may see; for a webhook, urgent events unread by and visible to at least
    one person of the agency."""
    events = sending.carried.values("event")
    if sending.webhook is None:
        return _of_person(sending.person, events)
    return _of_agency(sending, events)


def _of_person(person: User | None, events: QuerySet[Any]) -> UnreadItems:
    if person is None or not (person.is_active and person.has_usable_password() and person.email):
        return UnreadItems(0, 0)
    topics = list(_unread(person, events).values_list("topic", flat=True))
    return UnreadItems(len(topics), sum(topic in URGENT for topic in topics))


def _of_agency(sending: Sending, events: QuerySet[Any]) -> UnreadItems:
    webhook = sending.webhook
    if webhook is None or not webhook.is_active:
        return UnreadItems(0, 0)
    waiting = InboxItem.objects.filter(event__in=events, read_at=None, person__agency=webhook.agency_id)
    found: set[int] = set()
    for person in User.objects.able_to_sign_in().filter(pk__in=waiting.values("person")).order_by("pk")[:MOST_PEOPLE]:
        found |= set(_unread(person, events).filter(topic__in=URGENT).values_list("event", flat=True))
    return UnreadItems(len(found), len(found))


def _unread(person: User, events: QuerySet[Any]) -> QuerySet[InboxItem]:
    actor = actor_for(person)
    return in_sight(actor, InboxItem.objects.visible_to(actor).unread().filter(event__in=events))
