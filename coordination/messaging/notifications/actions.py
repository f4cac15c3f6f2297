"""Turns the outbox into notices for agencies and items for people; what people do with their items."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.calendar.workdays import WorkCalendar, load_calendar
from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Delivery, Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.sights import SightColumns, held
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.people.models import User
from agencies.runs.actions import record_dead_letter, require_changed
from agencies.runs.one_by_one import error_name, pause_after, reraise_outage

from .digests import moment_of, next_digest
from .models import NEVER_OFF, USUAL, Habit, InboxItem, Notice, NoticeReason, Preference, Topic, When
from .recipients import recipients, topic_of

log = logging.getLogger(__name__)
BATCH = 200


def drain_outbox(batch: int = BATCH) -> int:
    """Processes waiting deliveries and returns how many. Notices and `done_at` commit together, so a repeated or killed
    job changes nothing.

    If a batch fails, its deliveries are tried one by one: the failing one is counted and postponed.
    """
    due = Delivery.objects.waiting().filter(not_before__lte=times.now()).order_by("id")
    ids = list(due.values_list("pk", flat=True)[:batch])
    if not ids:
        return 0
    try:
        return _deliver(ids)
    except Exception as wrong:  # any error of a delivery's event or recipients
        reraise_outage(wrong)
        log.warning("a batch of %s deliveries failed (%s); trying them one by one", len(ids), error_name(wrong))
    return sum(_deliver_one(pk) for pk in ids)


def _deliver_one(pk: int) -> int:
    try:
        return _deliver([pk])
    except Exception as wrong:  # as above
        reraise_outage(wrong)
        failed = Delivery.objects.get(pk=pk)
        failed.attempts += 1
        failed.last_error = error_name(wrong)
        failed.not_before = times.now() + pause_after(failed.attempts)
        failed.save(update_fields=["attempts", "last_error", "not_before"])
        log.error("the delivery %s failed for the %s. time", pk, failed.attempts, exc_info=wrong)
        return 0


def _deliver(ids: Collection[int]) -> int:
    with atomic():
        # Two workers share the work on PostgreSQL; SQLite has one writer and ignores the lock.
        waiting = list(
            Delivery.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .filter(pk__in=ids, done_at=None)
            .order_by("id")
        )
        _read_events(waiting)
        Notice.objects.bulk_create(
            [Notice(event_id=one.event_id, agency_id=one.agency_id) for one in waiting if _is_for_agency(one)],
            ignore_conflicts=True,
        )
        events = {one.event_id: one.event for one in waiting}
        add_to_inbox(
            PersonalNews(events[event], person, because) for (event, person), because in recipients(waiting).items()
        )
        Delivery.objects.filter(pk__in=[one.pk for one in waiting]).update(done_at=times.now(), last_error="")
    return len(waiting)


def retry_delivery(delivery: Delivery, *, actor: Actor) -> None:
    """Resets the delivery; the next run processes it."""
    with atomic():
        dead = Delivery.objects.dead().filter(pk=delivery.pk)
        require_changed(dead.update(attempts=0, last_error="", not_before=times.now()))
        record_dead_letter("retry", "outbox", UUID(int=delivery.pk), actor=actor)


def discard_delivery(delivery: Delivery, *, actor: Actor, reason: str) -> None:
    """Discards the delivery. The reason of its failure stays in its row."""
    with atomic():
        require_changed(Delivery.objects.dead().filter(pk=delivery.pk).update(done_at=times.now()))
        record_dead_letter("discard", "outbox", UUID(int=delivery.pk), actor=actor, reason=reason)


def _read_events(waiting: list[Delivery]) -> None:
    """Not joined, because the lock above would then include the events."""
    events = Event.objects.in_bulk({one.event_id for one in waiting})
    for one in waiting:
        one.event = events[one.event_id]


def _is_for_agency(one: Delivery) -> bool:
    return one.person_id is None and one.because != Delivery.OWN


@dataclass(frozen=True)
class PersonalNews:
    """An event for one person. `about` is the object whose visibility applies; None: the subject of the event."""

    event: Event
    person: UUID
    because: NoticeReason
    about: tuple[str, UUID] | None = None

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.about or (self.event.object_kind, self.event.object_id)


def _seen(news: Iterable[PersonalNews], people: Iterable[UUID]) -> dict[tuple[str, UUID, UUID], SightColumns]:
    """By what each person's agency sees the objects, by kind and id of the object and by person."""
    agencies = dict(User.objects.filter(pk__in=people).values_list("pk", "agency_id"))
    declared = {
        kind: (one.model, one.summary.sight)
        for kind, one in RESOURCE_OF_KIND.items()
        if one.summary and one.summary.sight
    }
    known = held({(*one.subject, agencies[one.person]) for one in news}, declared)
    return {
        (*one.subject, one.person): known[key] for one in news if (key := (*one.subject, agencies[one.person])) in known
    }


def add_to_inbox(news: Iterable[PersonalNews]) -> int:
    """Creates the items, each to count from the time its person has chosen. Idempotent.

    Returns the number of new items; existing ones stay unchanged.
    """
    listed = list(news)
    people = {one.person for one in listed}
    seen = _seen(listed, people)
    chosen = {(p, topic): when for p, topic, when in _preferences(people)}
    hours = dict(Habit.objects.filter(person__in=people).values_list("person", "digest_hour"))
    items, now, work = [], times.now(), None
    for one in listed:
        topic = topic_of(one.event, one.because)
        when = chosen.get((one.person, topic), USUAL[topic])
        if when == When.DAILY:
            work = work or load_calendar()
        kind, pk = one.subject
        items.append(
            InboxItem(
                event=one.event,
                person_id=one.person,
                because=one.because,
                topic=topic,
                when=when,
                created_at=now,
                about_kind=kind,
                about_id=pk,
                **seen.get((kind, pk, one.person), SightColumns())._asdict(),
                counts_from=_counts_from(when, now, hours.get(one.person, Habit.USUAL_HOUR), work),
            )
        )
    InboxItem.objects.bulk_create(items, ignore_conflicts=True)
    return len(items)


def _counts_from(when: str, now: datetime, hour: int, work: WorkCalendar | None) -> datetime | None:
    if when == When.DAILY and work is not None:
        return next_digest(now, hour, work)
    return None if when == When.OFF else now


def _preferences(people: set[UUID]) -> Iterable[tuple[UUID, str, str]]:
    return Preference.objects.filter(person__in=people).values_list("person", "topic", "when")


def bring_forward(on_duty: Collection[UUID], *, now: datetime) -> int:
    """On non-working days there is no digest, except for people on duty: they get the digest of deadlines at their
    hour. Returns the number of items."""
    today = timezone.localdate(now)
    brought = 0
    hours = dict(Habit.objects.filter(person__in=on_duty).values_list("person", "digest_hour"))
    for person in on_duty:
        moment = moment_of(today, hours.get(person, Habit.USUAL_HOUR))
        if moment <= now:
            waiting = InboxItem.objects.filter(
                person=person, topic=Topic.DEADLINE, when=When.DAILY, counts_from__gt=now, created_at__lte=moment
            )
            brought += waiting.update(counts_from=moment)
    return brought


def mark_read(*items: UUID, actor: Actor) -> int:
    """Marks the items as read. Reading is no action in a matter, so there is no event."""
    mine = InboxItem.objects.visible_to(actor)
    return mine.filter(read_at=None, pk__in=items).update(read_at=times.now())


def mark_all_read(*, actor: Actor, until: datetime) -> int:
    """Marks all items as read that counted at that time, when the page was shown."""
    now = times.now()
    return InboxItem.objects.visible_to(actor).unread(min(until, now)).update(read_at=now)


def choose_news(
    person: User,
    chosen: Mapping[str, str],
    *,
    actor: Actor,
    digest_hour: int = Habit.USUAL_HOUR,
    by_mail: bool | None = None,
) -> None:
    """Sets when a person gets news of each topic; `by_mail` stays as it is unless given.

    Raises Invalid for topics that cannot be switched off, and for an hour without a digest.
    """
    if any(chosen.get(topic) == When.OFF for topic in NEVER_OFF):
        raise Invalid.field("deadline", "choice", _("Deadlines cannot be turned off."))
    if not Habit.EARLIEST <= digest_hour <= Habit.LATEST:
        raise Invalid.field("digest_hour", "range", _("The digest comes between 6:00 and 20:00."))
    with atomic():
        for topic, when in chosen.items():
            Preference.objects.update_or_create(
                person=person, topic=Topic(topic).value, defaults={"when": When(when).value}
            )
        mail = {} if by_mail is None else {"by_mail": by_mail}
        Habit.objects.update_or_create(person=person, defaults={"digest_hour": digest_hour, **mail})
        record_event(
            agency_stream(person.agency),
            actor=actor,
            action=Action("choose_news", "user", person.pk, fields=sorted([*chosen, "digest_hour", *mail])),
            audience=Audience("own"),
        )
