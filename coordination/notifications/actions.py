"""Draining the outbox into notices of organs and items of people; what a person does with his."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import record_event
from agencies.journal.models import Delivery, Event
from agencies.kernel.actor import Actor
from agencies.kernel.refusals import Invalid
from agencies.organs.actions import agency_stream
from agencies.people.models import User

from .models import NEVER_OFF, InboxItem, Notice, Preference, Topic, When
from .recipients import recipients, topic_of

BATCH = 200


def drain_outbox(batch: int = BATCH) -> int:
    """Turns waiting deliveries into notices. Effects live in this database, so notices and `done_at` commit together
    and a job that runs twice, or is killed between, changes nothing."""
    with transaction.atomic():
        # Two drainers share the work on PostgreSQL; SQLite has one writer anyway and ignores the lock.
        waiting = list(
            Delivery.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .filter(done_at=None, not_before__lte=timezone.now())
            .order_by("id")[:batch]
        )
        _read_events(waiting)
        Notice.objects.bulk_create(
            [Notice(event_id=one.event_id, organ_id=one.organ_id) for one in waiting if _is_for_organ(one)],
            ignore_conflicts=True,
        )
        InboxItem.objects.bulk_create(_items(waiting), ignore_conflicts=True)
        Delivery.objects.filter(pk__in=[one.pk for one in waiting]).update(done_at=timezone.now())
    return len(waiting)


def _read_events(waiting: list[Delivery]) -> None:
    """Not joined: the lock above would then be on the events too."""
    events = Event.objects.in_bulk({one.event_id for one in waiting})
    for one in waiting:
        one.event = events[one.event_id]


def _is_for_organ(one: Delivery) -> bool:
    return one.person_id is None and one.because != Delivery.OWN


def _items(waiting: Iterable[Delivery]) -> list[InboxItem]:
    listed = list(waiting)
    events = {one.event_id: one.event for one in listed}
    told = [
        InboxItem(event=events[event], person_id=person, because=because, topic=topic_of(events[event], because))
        for (event, person), because in recipients(listed).items()
    ]
    off = set(
        Preference.objects.filter(person__in={item.person_id for item in told}, when=When.OFF).values_list(
            "person", "topic"
        )
    )
    return [item for item in told if (item.person_id, item.topic) not in off]


def mark_read(*items: UUID, actor: Actor) -> int:
    """Marks these items of the actor as read. No event: what somebody has read is no act in a matter."""
    return InboxItem.objects.visible_to(actor).unread().filter(pk__in=items).update(read_at=timezone.now())


def mark_all_read(*, actor: Actor, newest: UUID) -> int:
    """Marks all up to the one that he saw on top; what came in meanwhile stays unread."""
    mine = InboxItem.objects.visible_to(actor)
    seen = mine.filter(pk=newest).values("created_at")[:1]
    return mine.unread().filter(created_at__lte=Subquery(seen)).update(read_at=timezone.now())


def choose_news(person: User, chosen: Mapping[str, str], *, actor: Actor) -> None:
    """When a person hears of which topic. Raises Invalid for what cannot be turned off."""
    if any(chosen.get(topic) == When.OFF for topic in NEVER_OFF):
        raise Invalid.field("deadline", "choice", _("Legal deadlines cannot be turned off."))
    with transaction.atomic():
        for topic, when in chosen.items():
            Preference.objects.update_or_create(
                person=person, topic=Topic(topic).value, defaults={"when": When(when).value}
            )
        record_event(
            agency_stream(person.organ), actor=actor, verb="choose_news", object_kind="user", object_id=person.pk,
            fields=sorted(chosen), reach="own",
        )  # fmt: skip
