"""Appends events to the journal, in the transaction of the change they record."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid, TransitionRefused
from agencies.kernel.work import atomic, touch

from .digests import ALGORITHM, canonical, digest
from .models import REMARK, SYSTEM_STREAM, Delivery, Event, EventNote, Involvement, Stream


@dataclass(frozen=True, slots=True, order=True)
class StreamKey:
    kind: str
    subject: UUID


SYSTEM = StreamKey(Stream.Kind.SYSTEM, SYSTEM_STREAM)
# Set when a request queued deliveries, so that the worker is woken after the commit. It is only a hint: the sweep finds
# deliveries without it.
deliveries_queued: ContextVar[bool] = ContextVar("deliveries_queued", default=False)


# What the events of an act say besides, in their notes.
_besides: ContextVar[Mapping[str, str]] = ContextVar("besides", default=MappingProxyType({}))


@contextmanager
def noting(**data: str) -> Iterator[None]:
    """Within this context, the notes of events of people and systems also have this data."""
    token = _besides.set({**_besides.get(), **data})
    try:
        yield
    finally:
        _besides.reset(token)


@dataclass(frozen=True, slots=True)
class Action:
    """What was done to an object. `data` (JSON-safe) and `reason` are stored in the note, not in the chain."""

    verb: str
    object_kind: str
    object_id: UUID
    from_state: str = ""
    to_state: str = ""
    fields: Iterable[str] = ()
    data: Mapping[str, Any] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may read an event, the other agency that it concerns, and the agencies that are notified.

    `colleagues` also notifies the colleagues of the actor who handle the matter.
    """

    visibility: str = Event.Visibility.CASE
    counterpart_id: int | None = None
    notify: Iterable[int] = ()
    colleagues: bool = False


READERS_OF_CASE = Audience()


def record_event(
    *streams: StreamKey,
    actor: Actor,
    action: Action,
    happened_at: datetime | None = None,
    audience: Audience = READERS_OF_CASE,
    on_behalf_of: int | None = None,
    refers_to: Event | None = None,
    involves: Iterable[UUID | str] = (),
) -> Event:
    """Appends one event to each stream and queues its deliveries. Returns the event of the first stream named.

    Streams are locked in a fixed order, so two writers cannot deadlock.

    `on_behalf_of` is the agency whose step another agency records from its paper. `refers_to` is the earlier event that
    this one corrects or annuls. `involves` are people who, by this act, write the object, join its team or handle it;
    they may never decide it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event commits with the change it records")
    now = times.now()
    content = {
        **_content(actor, action, audience, now),
        "on_behalf_of": on_behalf_of,
        "refers_to": refers_to.pk if refers_to else None,
        "happened_at": (happened_at or now).isoformat(),
    }
    people = sorted({str(person) for person in involves})
    if people:
        content["involves"] = people
    note = _note_content(actor, action)
    events = {key: _append(locked_stream(key), content, note) for key in sorted(streams)}
    first = events[streams[0]]
    _store_involvements(first, people)
    _queue_deliveries(first, audience, actor, now)
    return first


def _content(actor: Actor, action: Action, audience: Audience, now: datetime) -> dict[str, Any]:
    """Returns the content of an event that happened now, and touches the work items of its object."""
    touch(action.object_kind, action.object_id)
    return {
        "actor": [actor.kind, actor.id],
        "agency": actor.agency_id,
        "counterpart": audience.counterpart_id,
        "on_behalf_of": None,
        "refers_to": None,
        "verb": action.verb,
        "object": [action.object_kind, str(action.object_id)],
        "states": [action.from_state, action.to_state],
        "fields": sorted(action.fields),
        "visibility": audience.visibility,
        "recorded_at": now.isoformat(),
        "happened_at": now.isoformat(),
    }


def _queue_deliveries(event: Event, audience: Audience, actor: Actor, now: datetime) -> None:
    agencies = set(audience.notify)
    queued = [Delivery(event=event, agency_id=agency_id, not_before=now) for agency_id in sorted(agencies)]
    if audience.colleagues and actor.agency_id is not None and actor.agency_id not in agencies:
        queued.append(Delivery(event=event, agency_id=actor.agency_id, because=Delivery.OWN, not_before=now))
    if queued:
        Delivery.objects.bulk_create(queued)
        deliveries_queued.set(True)


def _store_involvements(event: Event, people: list[str]) -> None:
    rows = [
        Involvement(event=event, object_kind=event.object_kind, object_id=event.object_id, person_id=UUID(person))
        for person in people
    ]
    Involvement.objects.bulk_create(rows, ignore_conflicts=True)


def notify_person(event: Event, person: UUID, *, agency_id: int, because: str) -> None:
    """Queues a notification of an event for one person of that agency. Repeated calls have no effect.

    `because` is one of `coordination.messaging.notifications.models.NoticeReason`. What the person may read is decided
    when they read it.
    """
    queued = Delivery(event=event, agency_id=agency_id, person_id=person, because=because, not_before=times.now())
    Delivery.objects.bulk_create([queued], ignore_conflicts=True)
    deliveries_queued.set(True)


def add_remark(event: Event, *, actor: Actor, text: str) -> Event:
    """Adds a remark to an act of the actor, for those who read the act. It changes nothing."""
    with atomic():
        return record_event(
            StreamKey(event.stream.kind, event.stream.subject),
            actor=actor,
            action=Action(REMARK, event.object_kind, event.object_id, reason=text),
            audience=Audience(event.visibility, counterpart_id=event.counterpart_id),
        )


ERASE, CHECKPOINT = "erase_note", "checkpoint"
NEVER_ERASED = {ERASE, CHECKPOINT}  # they prove erasures and the length of the chains


def erase_note(event: Event, *, actor: Actor, reason: str, paper: str) -> Event:
    """Deletes the note of an event as the law orders (PIPL art. 47). Returns the event that records reason and paper.

    Raises EventNote.DoesNotExist if it is erased already, Invalid and TransitionRefused.
    """
    if missing := [name for name, text in (("paper", paper), ("reason", reason)) if not text.strip()]:
        raise Invalid(FieldError(f"/{name}", "required", _("This field is required.")) for name in missing)
    if event.verb in NEVER_ERASED:
        raise TransitionRefused.because(
            "verb", _("The text of this event proves what else was erased or changed and cannot be erased.")
        )
    with atomic():
        note = EventNote.objects.get(event=event)
        key = StreamKey(event.stream.kind, event.stream.subject)
        erasure = record_event(
            key,
            actor=actor,
            action=Action(
                ERASE, event.object_kind, event.object_id, data={"paper": paper.strip()}, reason=reason.strip()
            ),
            audience=Audience(event.visibility),
            refers_to=event,
        )
        note.delete()
        return erasure


def is_erased(event: Event) -> bool:
    """Whether an event of the same chain records the erasure of this event's note."""
    return Event.objects.filter(refers_to=event, verb=ERASE, stream=event.stream_id).exists()


def open_streams(keys: Iterable[StreamKey]) -> list[Stream]:
    """Creates the streams of objects made in this transaction, before another transaction can. Returns them."""
    return Stream.objects.bulk_create(Stream(kind=key.kind, subject=key.subject) for key in keys)


def locked_stream(key: StreamKey) -> Stream:
    """Returns the stream, locked until the end of the transaction. Creates it if it does not exist."""
    streams = Stream.objects.select_for_update(no_key=True)
    try:
        return streams.get(kind=key.kind, subject=key.subject)
    except Stream.DoesNotExist:
        Stream.objects.get_or_create(kind=key.kind, subject=key.subject)
        return streams.get(kind=key.kind, subject=key.subject)


def _append(stream: Stream, content: Mapping[str, Any], note_content: Mapping[str, Any]) -> Event:
    event, note = _chained(stream, content, note_content)
    event.save(force_insert=True)
    note.event = event  # again, for the id that it has now
    note.save(force_insert=True)
    # Succeeds for one writer only, also without the locks.
    head = Stream.objects.filter(pk=stream.pk, head_seq=stream.head_seq)
    if head.update(head_seq=event.seq, head_hash=event.digest) != 1:
        # Reachable only where row locks have no effect; the caller's transaction rolls back.
        raise RuntimeError("two writers in one stream")
    return event


def _chained(stream: Stream, content: Mapping[str, Any], note_content: Mapping[str, Any]) -> tuple[Event, EventNote]:
    """Builds the next event of a stream and its note, unsaved."""
    salt = secrets.token_hex(16)
    seq = stream.head_seq + 1
    body = canonical(
        {
            **content,
            "stream": [stream.kind, str(stream.subject)],
            "seq": seq,
            "note": digest(salt + canonical(note_content)),
            "previous": stream.head_hash,
        }
    )
    event = Event(
        stream=stream,
        seq=seq,
        body=body,
        algorithm=ALGORITHM,
        previous=stream.head_hash,
        digest=digest(body),
        **columns_of(content),
    )
    return event, EventNote(event=event, salt=salt, **note_content)


def _note_content(actor: Actor, action: Action) -> dict[str, Any]:
    data = {**({} if actor.is_system else _besides.get()), **(action.data or {})}
    return {"actor_name": actor.name, "agency_name": actor.agency_name, "reason": action.reason, "data": data}


@dataclass(frozen=True, slots=True)
class BatchEvent:
    """One event of a batch. The fields correspond to those of `Action` and `Audience`. `is_new`: the act made the
    object, which had no state before."""

    stream: StreamKey
    object_kind: str
    object_id: UUID
    state: str
    data: Mapping[str, Any]
    fields: tuple[str, ...] = ()
    counterpart_id: int | None = None
    is_new: bool = False


def record_batch(
    batch: Iterable[BatchEvent],
    *,
    actor: Actor,
    verb: str,
    visibility: str,
    happened_at: datetime | None = None,
    opened: Iterable[Stream] = (),
) -> list[Event]:
    """Appends one event to each of many streams, in four statements regardless of their number.

    For acts that do not change the state. Each stream must exist and may occur once; `opened` are all of them if they
    were created in this transaction. No deliveries are queued. Returns the events in the order of the batch.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event commits with the change it records")
    entries, at = list(batch), times.now()
    rows = opened or _locked_streams([entry.stream for entry in entries])
    streams = {StreamKey(row.kind, row.subject): row for row in rows}
    events, notes = [], []
    for entry in entries:
        states = ("" if entry.is_new else entry.state, entry.state)
        action = Action(verb, entry.object_kind, entry.object_id, *states, fields=entry.fields, data=entry.data)
        content = _content(actor, action, Audience(visibility, entry.counterpart_id), at)
        content["happened_at"] = (happened_at or at).isoformat()
        stream = streams[entry.stream]
        event, note = _chained(stream, content, _note_content(actor, action))
        stream.head_seq, stream.head_hash = event.seq, event.digest
        events.append(event)
        notes.append(note)
    Event.objects.bulk_create(events)
    for event, note in zip(events, notes, strict=True):
        note.event = event  # again, for the id that it has now
    EventNote.objects.bulk_create(notes)
    Stream.objects.bulk_update(streams.values(), ["head_seq", "head_hash"])
    return events


def _locked_streams(keys: Iterable[StreamKey]) -> Iterable[Stream]:
    """Locked in the same order as in `record_event`, so that two writers cannot deadlock."""
    kinds, subjects = {key.kind for key in keys}, [key.subject for key in keys]
    return Stream.objects.select_for_update().filter(kind__in=kinds, subject__in=subjects).order_by("kind", "subject")


def columns_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the event's columns derived from the hashed content. The verifier compares them with the stored ones."""
    return {
        "recorded_at": datetime.fromisoformat(content["recorded_at"]),
        "happened_at": datetime.fromisoformat(content["happened_at"]),
        "actor_kind": content["actor"][0],
        "actor_id": content["actor"][1],
        "agency_id": content["agency"],
        "counterpart_id": content["counterpart"],
        # Missing in the oldest rows.
        "on_behalf_of_id": content.get("on_behalf_of"),
        "refers_to_id": content.get("refers_to"),
        "verb": content["verb"],
        "object_kind": content["object"][0],
        "object_id": UUID(content["object"][1]),
        "from_state": content["states"][0],
        "to_state": content["states"][1],
        "fields": ",".join(content["fields"]),
        "visibility": content["visibility"],
    }
