"""Records outcomes from the journal, so that no action can forget the sender; later changes of an outcome."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from agencies.calendar.workdays import WorkCalendar, load_calendar
from agencies.journal.models import ANNUL, CORRECT, Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic
from agencies.people.models import User
from agencies.runs.one_by_one import deferred_keys, error_name, process_each, reraise_outage
from coordination.messaging.notifications.actions import PersonalNews, add_to_inbox
from coordination.messaging.notifications.models import NoticeReason
from coordination.messaging.notifications.recipients import unit_leads

from .models import Outcome, OutcomeQuerySet, Progress
from .recipients import OutcomeEvent, candidates, outcome_events

log = logging.getLogger(__name__)
BATCH = 200
QUEUE = "outcomes"
# An event is recorded before it is committed; no transaction lasts longer than this.
OVERLAP = timedelta(minutes=2)
SWEPT = timedelta(days=3)  # read again for what was missed
# If the journal is older than this feature, only its last weeks are reported.
FIRST_LOOK = timedelta(days=35)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def record_outcomes(most: int = 1_000) -> int:
    """Reads the journal from where it stopped and creates missing outcomes. Returns how many.

    Idempotent, also when run concurrently: an outcome is unique for each event and lead or referral.
    """
    reached = Progress.is_at()
    return _record_since(reached - OVERLAP if reached else times.now() - FIRST_LOOK, most)


def sweep_outcomes() -> int:
    """Checks the last days again for anything missed. Returns how many were created."""
    return _record_since(times.now() - SWEPT, most=0)


def _record_since(moment: datetime, most: int) -> int:
    made = read = 0
    begins = None if Progress.is_at() else times.now()
    for events in _in_batches(_events_since(moment)):
        made += _record_each(events, moment, begins)
        read += len(events)
        if most and read >= most and made:
            break
    return made


def _record_each(events: list[Event], beginning: datetime, begins: datetime | None) -> int:
    """Records all events at once; if that fails one by one, so that one failing event does not block the others."""
    try:
        return _record(events, beginning, begins)
    except Exception as wrong:  # any error of an event's matter or readers
        reraise_outage(wrong)
        log.warning("a batch of %s events failed (%s); trying them one by one", len(events), error_name(wrong))
    return sum(
        process_each(QUEUE, events, lambda event: _record([event], beginning, begins), key=lambda event: event.pk)
    )


def _events_since(moment: datetime) -> Iterator[Event]:
    events = Event.objects.filter(candidates(), recorded_at__gte=moment).exclude(pk__in=deferred_keys(QUEUE))
    events = events.select_related("stream", "note")
    return events.order_by("recorded_at", "pk").iterator(chunk_size=BATCH)


def _in_batches(events: Iterator[Event]) -> Iterator[list[Event]]:
    while batch := list(islice(events, BATCH)):
        yield batch


def _record(events: list[Event], beginning: datetime, begins: datetime | None) -> int:
    work = load_calendar()
    found = outcome_events(events)
    writers = _writers({one.lead.pk for one in found if one.lead and not one.lead.client_id})
    fresh = _without_outcome([_line(one, work, writers, begins) for one in found])
    righted = _corrected_outcomes(events)
    last = events[-1].recorded_at
    if not fresh and not righted and last <= (Progress.is_at() or beginning):
        return 0
    with atomic():
        progress = Progress.locked(beginning)
        fresh = _without_outcome(fresh)  # again: before the lock another worker may have been faster
        for line in sorted(fresh, key=lambda line: line.event_id):
            line.notified_at = line.changed_at = progress.next_change()
        Outcome.objects.bulk_create(fresh)
        for _event, line in sorted(righted, key=lambda one: one[0].pk):
            _mark_corrected(line, progress.next_change())
        add_to_inbox([*_news(fresh), *_news_of_corrections(righted)])
        progress.until = max(progress.until, last)
        progress.save()
    return len(fresh)


def _without_outcome(lines: list[Outcome]) -> list[Outcome]:
    known = set(Outcome.objects.filter(event__in={line.event_id for line in lines}).values_list(*_KEY))
    return list({key: line for line in lines if (key := _key(line)) not in known}.values())


_KEY = ("event_id", "lead_id", "referral_id")


def _key(line: Outcome) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in _KEY)


def _line(one: OutcomeEvent, work: WorkCalendar, writers: dict[UUID, UUID], begins: datetime | None) -> Outcome:
    event = one.event
    due_at = due_after(event.recorded_at, work)
    # Due times before the feature started are reported but not counted as late.
    in_time = begins is None or due_at >= begins
    person, agency_id, client_id = one.sender(writers)
    return Outcome(
        event=event,
        lead=one.lead,
        referral=one.referral,
        case_id=event.stream.subject if one.of_case else None,
        agency_id=agency_id,
        client_id=client_id,
        person_id=person,
        ground=event.remark.data.get("closing", "") if event.remark and event.object_kind == "lead" else "",
        counted=in_time and str(person) != event.actor_id,
        due_at=due_at,
    )


def _writers(leads: set[UUID]) -> dict[UUID, UUID]:
    """Author of each lead."""
    received = Event.objects.filter(object_kind="lead", object_id__in=leads, verb="receive", actor_kind="user")
    return {lead: UUID(actor) for lead, actor in received.values_list("object_id", "actor_id")}


def due_after(recorded_at: datetime, work: WorkCalendar) -> datetime:
    """The end of the first working day after it; the day itself is not counted, as for statutory periods."""
    day = work.add_workdays(recorded_at.astimezone(SHANGHAI).date(), 1)
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


# Corrections ---------------------------------------------------------------------------------------------------------
def _corrected_outcomes(events: list[Event]) -> list[tuple[Event, Outcome]]:
    """Outcomes whose event was annulled or corrected later, each with the correcting event."""
    later = {event.refers_to_id: event for event in events if event.verb in (ANNUL, CORRECT) and event.refers_to_id}
    if not later:
        return []
    lines = Outcome.objects.filter(event__in=later).select_related("lead", "referral")
    return [(later[line.event_id], line) for line in lines if line.changed_at < later[line.event_id].recorded_at]


def _mark_corrected(line: Outcome, now: datetime) -> None:
    """Marks the outcome as corrected; machines get it again."""
    Outcome.objects.filter(pk=line.pk).update(changed_at=now)


# Inbox ---------------------------------------------------------------------------------------------------------------
def _news(lines: Iterable[Outcome]) -> Iterator[PersonalNews]:
    listed = list(lines)
    readers = _readers(listed)
    for line in listed:
        for person in readers.get(line.person_id or line.agency_id, ()) if not line.client_id else ():
            if str(person) != line.event.actor_id:
                yield PersonalNews(line.event, person, NoticeReason.ASKED, about=_about(line))


def _news_of_corrections(righted: list[tuple[Event, Outcome]]) -> Iterator[PersonalNews]:
    readers = _readers([line for _event, line in righted])
    for event, line in righted:
        for person in readers.get(line.person_id or line.agency_id, ()) if not line.client_id else ():
            yield PersonalNews(event, person, NoticeReason.ASKED, about=_about(line))


def _about(line: Outcome) -> tuple[str, UUID]:
    pk: Any = line.lead_id or line.referral_id  # Any: one of both, by a check of the row
    return ("lead" if line.lead_id else "referral"), pk


def _readers(lines: Iterable[Outcome]) -> dict[Any, set[UUID]]:
    """The author while they work there; otherwise the unit leads of the agency."""
    listed = list(lines)
    here = set(
        User.objects.filter(pk__in={one.person_id for one in listed}, is_active=True).values_list("pk", flat=True)
    )
    gone = [line for line in listed if line.person_id not in here]
    leads = unit_leads({line.agency_id for line in gone}) if gone else {}
    found: dict[Any, set[UUID]] = {person: {person} for person in here}
    for line in gone:
        found[line.person_id or line.agency_id] = leads.get(line.agency_id, set())
    return found


# Seen ----------------------------------------------------------------------------------------------------------------
def mark_outcomes_seen(lines: OutcomeQuerySet, *, actor: Actor) -> int:
    """Marks outcomes as seen by the sender. Returns how many. The actor's own actions count as seen already."""
    if actor.kind != "machine" and not actor.is_staff:
        return 0
    own = Outcome.objects.filter(agency=actor.agency_id, seen_at=None, pk__in=lines.values("pk"))
    return own.update(seen_at=times.now())
