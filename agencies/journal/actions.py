"""Appending to the journal. Always inside the transaction of the change it tells."""

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

from .digests import ALGORITHM, canonical, digest
from .models import SYSTEM_STREAM, Delivery, Event, EventNote, Involvement, Stream


@dataclass(frozen=True, slots=True, order=True)
class StreamKey:
    kind: str
    subject: UUID


SYSTEM = StreamKey(Stream.Kind.SYSTEM, SYSTEM_STREAM)
# Set while a request queued deliveries, so that its door can ring after the commit. A hint: the sweep needs none.
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
    """Appends one event to each stream, in stream order (so two writers cannot deadlock), and queues deliveries.

    `on_behalf_of` is the agency whose step it is, where another agency records it from its paper; `refers_to` the
    earlier event that this one corrects or annuls. With `colleagues` those of the actor's agency hear who have the
    matter in hand. `involves` are the persons who by this act write the thing, join its team or have it in hand: they
    never decide it.

    Returns the event of the first stream named. `data` must be JSON-safe; it is kept beside the chain, not in it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event commits with the change it tells")
    now = times.now()
    told = {
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
        told["involves"] = people
    words = _words(actor, reason, data)
    events = {key: _append(locked_stream(key), told, words) for key in sorted(streams)}
    first = events[streams[0]]
    _involve(first, people)
    heard = set(notify)
    queued = [Delivery(event=first, agency_id=agency_id, not_before=now) for agency_id in sorted(heard)]
    if colleagues and actor.agency_id is not None and actor.agency_id not in heard:
        queued.append(Delivery(event=first, agency_id=actor.agency_id, because=Delivery.OWN, not_before=now))
    if queued:
        Delivery.objects.bulk_create(queued)
        deliveries_queued.set(True)
    return first


def _involve(event: Event, people: list[str]) -> None:
    kept = [
        Involvement(event=event, object_kind=event.object_kind, object_id=event.object_id, person_id=UUID(person))
        for person in people
    ]
    Involvement.objects.bulk_create(kept, ignore_conflicts=True)


def notify_person(event: Event, person: UUID, *, agency_id: int, because: str) -> None:
    """Queues news of an event for one person (of that agency), beside whoever hears of it anyway. Twice is once.

    `because` is one of `coordination.messaging.notifications.models.Because`. What he reads of it is decided when he
    reads it.
    """
    queued = Delivery(event=event, agency_id=agency_id, person_id=person, because=because, not_before=times.now())
    Delivery.objects.bulk_create([queued], ignore_conflicts=True)
    deliveries_queued.set(True)


ERASE, CHECKPOINT = "erase_note", "checkpoint"
NEVER_ERASED = {ERASE, CHECKPOINT}  # they say that words were erased, and how far the chains had grown


def erase_note(event: Event, *, actor: Actor, reason: str, paper: str) -> Event:
    """Erases the words beside an event as the law orders (PIPL art. 47): the row goes, an event says why and by which
    paper. Raises EventNote.DoesNotExist where they are erased already, Invalid and TransitionRefused."""
    if wrong := [name for name, text in (("paper", paper), ("reason", reason)) if not text.strip()]:
        raise Invalid(FieldError(f"/{name}", "required", _("This field is required.")) for name in wrong)
    if event.verb in NEVER_ERASED:
        raise TransitionRefused(
            [
                UnmetCondition(
                    "verb", _("The text of this event proves what else was erased or changed and cannot be erased.")
                )
            ]
        )
    with transaction.atomic():
        note = EventNote.objects.get(event=event)
        key = StreamKey(event.stream.kind, event.stream.subject)
        told = record_event(
            key, actor=actor, verb=ERASE, object_kind=event.object_kind, object_id=event.object_id,
            refers_to=event, reason=reason.strip(), data={"paper": paper.strip()}, visibility=event.visibility,
        )  # fmt: skip
        note.delete()
        return told


def is_erased(event: Event) -> bool:
    """Whether an event of its own chain says that the words beside it were erased."""
    return Event.objects.filter(refers_to=event, verb=ERASE, stream=event.stream_id).exists()


def open_stream(key: StreamKey) -> None:
    """Begins the stream of a subject that was made in this transaction, so that nobody else can begin it."""
    Stream.objects.create(kind=key.kind, subject=key.subject)


def locked_stream(key: StreamKey) -> Stream:
    """The stream, begun where it is not yet; until the transaction ends no other one appends to it."""
    streams = Stream.objects.select_for_update().filter(kind=key.kind, subject=key.subject)
    found = streams.first()
    if found is None:
        Stream.objects.get_or_create(kind=key.kind, subject=key.subject)
        found = streams.get()
    return found


def _append(stream: Stream, told: Mapping[str, Any], words: Mapping[str, Any]) -> Event:
    event, note = _chained(stream, told, words)
    event.save(force_insert=True)
    note.save(force_insert=True)
    moved = Stream.objects.filter(pk=stream.pk, head_seq=stream.head_seq).update(
        head_seq=event.seq, head_hash=event.digest
    )
    if moved != 1:
        # Only reachable where row locks are a no-op; the caller's transaction rolls back as a whole.
        raise RuntimeError("two writers in one stream")
    return event


def _chained(stream: Stream, told: Mapping[str, Any], words: Mapping[str, Any]) -> tuple[Event, EventNote]:
    """The next event of a stream and its note, not saved yet."""
    salt = secrets.token_hex(16)
    seq = stream.head_seq + 1
    body = canonical(
        {
            **told,
            "stream": [stream.kind, str(stream.subject)],
            "seq": seq,
            "note": digest(salt + canonical(words)),
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
        **columns_of(told),
    )
    return event, EventNote(event=event, salt=salt, **words)


def _words(actor: Actor, reason: str, data: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"actor_name": actor.name, "agency_name": actor.agency_name, "reason": reason, "data": dict(data or {})}


@dataclass(frozen=True, slots=True)
class BatchEvent:
    """One event of a batch; the fields mean what the arguments of `record_event` mean."""

    stream: StreamKey
    object_kind: str
    object_id: UUID
    state: str
    data: Mapping[str, Any]
    fields: tuple[str, ...] = ()
    counterpart_id: int | None = None


def record_batch(batch: Iterable[BatchEvent], *, actor: Actor, verb: str, visibility: str) -> list[Event]:
    """Appends one event to each of many streams, in four statements however many there are.

    For acts that leave the state as it is. Each stream may come once and must exist. Queues no deliveries. Returns
    the events in the order of the batch.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event commits with the change it tells")
    listed, now = list(batch), times.now().isoformat()
    # Locked in the order in which `record_event` locks, so that two writers cannot deadlock.
    kinds, subjects = {one.stream.kind for one in listed}, [one.stream.subject for one in listed]
    rows = Stream.objects.select_for_update().filter(kind__in=kinds, subject__in=subjects).order_by("kind", "subject")
    streams = {StreamKey(row.kind, row.subject): row for row in rows}
    events, notes = [], []
    for one in listed:
        told = {
            "actor": [actor.kind, actor.id],
            "agency": actor.agency_id,
            "counterpart": one.counterpart_id,
            "on_behalf_of": None,
            "refers_to": None,
            "verb": verb,
            "object": [one.object_kind, str(one.object_id)],
            "states": [one.state, one.state],
            "fields": sorted(one.fields),
            "visibility": visibility,
            "recorded_at": now,
            "happened_at": now,
        }
        stream = streams[one.stream]
        event, note = _chained(stream, told, _words(actor, "", one.data))
        stream.head_seq, stream.head_hash = event.seq, event.digest
        events.append(event)
        notes.append(note)
    Event.objects.bulk_create(events)
    for note in notes:
        note.event_id = note.event.pk
    EventNote.objects.bulk_create(notes)
    Stream.objects.bulk_update(streams.values(), ["head_seq", "head_hash"])
    return events


def columns_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """The event's columns as the hashed text tells them; the verifier compares both."""
    return {
        "recorded_at": datetime.fromisoformat(told["recorded_at"]),
        "happened_at": datetime.fromisoformat(told["happened_at"]),
        "actor_kind": told["actor"][0],
        "actor_id": told["actor"][1],
        "agency_id": told["agency"],
        "counterpart_id": told["counterpart"],
        # The oldest rows were written before these were told.
        "on_behalf_of_id": told.get("on_behalf_of"),
        "refers_to_id": told.get("refers_to"),
        "verb": told["verb"],
        "object_kind": told["object"][0],
        "object_id": UUID(told["object"][1]),
        "from_state": told["states"][0],
        "to_state": told["states"][1],
        "fields": ",".join(told["fields"]),
        "visibility": told["visibility"],
    }
