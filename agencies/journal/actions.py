"""Appends events to the journal, in the transaction of the change they record."""

import secrets
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.work import Act, atomic, note_act

from .digests import ALGORITHM, canonical, digest
from .models import SYSTEM_STREAM, Delivery, Event, EventNote, Involvement, Stream


@dataclass(frozen=True, slots=True, order=True)
class StreamKey:
    kind: str
    subject: UUID


SYSTEM = StreamKey(Stream.Kind.SYSTEM, SYSTEM_STREAM)
# Set when a request queued deliveries, so that the worker is woken after the commit. It is only a hint: the sweep finds
# deliveries without it.
deliveries_queued: ContextVar[bool] = ContextVar("deliveries_queued", default=False)


def record_event(
    *streams: StreamKey,
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: UUID,
    from_state: str = "",
    to_state: str = "",
    happened_at: datetime | None = None,
    fields: Iterable[str] = (),
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    visibility: str = Event.Visibility.CASE,
    counterpart_id: int | None = None,
    notify: Iterable[int] = (),
    on_behalf_of: int | None = None,
    refers_to: Event | None = None,
    colleagues: bool = False,
    involves: Iterable[UUID | str] = (),
) -> Event:
    """Appends one event to each stream and queues its deliveries. Returns the event of the first stream named.

    Streams are locked in a fixed order, so two writers cannot deadlock.

    `on_behalf_of` is the agency whose step another agency records from its paper. `refers_to` is the earlier event that
    this one corrects or annuls. `colleagues` also queues a delivery for the colleagues of the actor who handle the
    matter. `involves` are people who, by this act, write the object, join its team or handle it; they may never decide
    it. `data` must be JSON-safe; it is stored in the note, not in the chain.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event commits with the change it records")
    now = times.now()
    note_act(object_kind, object_id, Act(now, actor.id, actor.agency_id, visibility, counterpart_id))
    content = {
        "actor": [actor.kind, actor.id],
        "agency": actor.agency_id,
        "counterpart": counterpart_id,
        "on_behalf_of": on_behalf_of,
        "refers_to": refers_to.pk if refers_to else None,
        "verb": verb,
        "object": [object_kind, str(object_id)],
        "states": [from_state, to_state],
        "fields": sorted(fields),
        "visibility": visibility,
        "recorded_at": now.isoformat(),
        "happened_at": (happened_at or now).isoformat(),
    }
    people = sorted({str(person) for person in involves})
    if people:
        content["involves"] = people
    note = _note_content(actor, reason, data)
    events = {key: _append(locked_stream(key), content, note) for key in sorted(streams)}
    first = events[streams[0]]
    _store_involvements(first, people)
    agencies = set(notify)
    queued = [Delivery(event=first, agency_id=agency_id, not_before=now) for agency_id in sorted(agencies)]
    if colleagues and actor.agency_id is not None and actor.agency_id not in agencies:
        queued.append(Delivery(event=first, agency_id=actor.agency_id, because=Delivery.OWN, not_before=now))
    if queued:
        Delivery.objects.bulk_create(queued)
        deliveries_queued.set(True)
    return first


def _store_involvements(event: Event, people: list[str]) -> None:
    rows = [
        Involvement(event=event, object_kind=event.object_kind, object_id=event.object_id, person_id=UUID(person))
        for person in people
    ]
    Involvement.objects.bulk_create(rows, ignore_conflicts=True)


def notify_person(event: Event, person: UUID, *, agency_id: int, because: str) -> None:
    """Queues a notification of an event for one person of that agency. Repeated calls have no effect.

    `because` is one of `coordination.messaging.notifications.models.Because`. What the person may read is decided when
    they read it.
    """
    queued = Delivery(event=event, agency_id=agency_id, person_id=person, because=because, not_before=times.now())
    Delivery.objects.bulk_create([queued], ignore_conflicts=True)
    deliveries_queued.set(True)


ERASE, CHECKPOINT = "erase_note", "checkpoint"
NEVER_ERASED = {ERASE, CHECKPOINT}  # they prove erasures and the length of the chains


def erase_note(event: Event, *, actor: Actor, reason: str, paper: str) -> Event:
    """Deletes the note of an event as the law orders (PIPL art. 47). Returns the event that records reason and paper.

    Raises EventNote.DoesNotExist if it is erased already, Invalid and TransitionRefused.
    """
    if missing := [name for name, text in (("paper", paper), ("reason", reason)) if not text.strip()]:
        raise Invalid(FieldError(f"/{name}", "required", _("This field is required.")) for name in missing)
    if event.verb in NEVER_ERASED:
        raise TransitionRefused(
            [
                UnmetCondition(
                    "verb", _("The text of this event proves what else was erased or changed and cannot be erased.")
                )
            ]
        )
    with atomic():
        note = EventNote.objects.get(event=event)
        key = StreamKey(event.stream.kind, event.stream.subject)
        erasure = record_event(
            key,
            actor=actor,
            verb=ERASE,
            object_kind=event.object_kind,
            object_id=event.object_id,
            refers_to=event,
            reason=reason.strip(),
            data={"paper": paper.strip()},
            visibility=event.visibility,
        )
        note.delete()
        return erasure


def is_erased(event: Event) -> bool:
    """Whether an event of the same chain records the erasure of this event's note."""
    return Event.objects.filter(refers_to=event, verb=ERASE, stream=event.stream_id).exists()


def open_stream(key: StreamKey) -> None:
    """Creates the stream of an object made in this transaction, before another transaction can."""
    Stream.objects.create(kind=key.kind, subject=key.subject)


def locked_stream(key: StreamKey) -> Stream:
    """Returns the stream, locked until the end of the transaction. Creates it if it does not exist."""
    streams = Stream.objects.select_for_update().filter(kind=key.kind, subject=key.subject)
    found = streams.first()
    if found is None:
        Stream.objects.get_or_create(kind=key.kind, subject=key.subject)
        found = streams.get()
    return found


def _append(stream: Stream, content: Mapping[str, Any], note_content: Mapping[str, Any]) -> Event:
    event, note = _chained(stream, content, note_content)
    event.save(force_insert=True)
    note.save(force_insert=True)
    updated = Stream.objects.filter(pk=stream.pk, head_seq=stream.head_seq).update(
        head_seq=event.seq, head_hash=event.digest
    )
    if updated != 1:
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


def _note_content(actor: Actor, reason: str, data: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"actor_name": actor.name, "agency_name": actor.agency_name, "reason": reason, "data": dict(data or {})}


@dataclass(frozen=True, slots=True)
class BatchEvent:
    """One event of a batch. The fields correspond to the arguments of `record_event`."""

    stream: StreamKey
    object_kind: str
    object_id: UUID
    state: str
    data: Mapping[str, Any]
    fields: tuple[str, ...] = ()
    counterpart_id: int | None = None


def record_batch(batch: Iterable[BatchEvent], *, actor: Actor, verb: str, visibility: str) -> list[Event]:
    """Appends one event to each of many streams, in four statements regardless of their number.

    For acts that do not change the state. Each stream must exist and may occur once. No deliveries are queued. Returns
    the events in the order of the batch.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event commits with the change it records")
    entries, at = list(batch), times.now()
    now = at.isoformat()
    # Locked in the same order as in `record_event`, so that two writers cannot deadlock.
    kinds, subjects = {entry.stream.kind for entry in entries}, [entry.stream.subject for entry in entries]
    rows = Stream.objects.select_for_update().filter(kind__in=kinds, subject__in=subjects).order_by("kind", "subject")
    streams = {StreamKey(row.kind, row.subject): row for row in rows}
    events, notes = [], []
    for entry in entries:
        act = Act(at, actor.id, actor.agency_id, visibility, entry.counterpart_id)
        note_act(entry.object_kind, entry.object_id, act)
        content = {
            "actor": [actor.kind, actor.id],
            "agency": actor.agency_id,
            "counterpart": entry.counterpart_id,
            "on_behalf_of": None,
            "refers_to": None,
            "verb": verb,
            "object": [entry.object_kind, str(entry.object_id)],
            "states": [entry.state, entry.state],
            "fields": sorted(entry.fields),
            "visibility": visibility,
            "recorded_at": now,
            "happened_at": now,
        }
        stream = streams[entry.stream]
        event, note = _chained(stream, content, _note_content(actor, "", entry.data))
        stream.head_seq, stream.head_hash = event.seq, event.digest
        events.append(event)
        notes.append(note)
    Event.objects.bulk_create(events)
    for note in notes:
        note.event_id = note.event.pk
    EventNote.objects.bulk_create(notes)
    Stream.objects.bulk_update(streams.values(), ["head_seq", "head_hash"])
    return events


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
