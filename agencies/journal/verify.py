"""Reads the chains again and names the first row that does not hold."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import OuterRef, Subquery

from . import triggers
from .actions import columns_of, is_erased
from .checkpoints import verify_checkpoints
from .digests import canonical, digest
from .involvement import involved_in
from .models import Event, Stream


@dataclass(frozen=True)
class Break:
    """Where a chain breaks: `seq` is the first row that does not hold, `why` in one line."""

    stream: str
    seq: int
    event_id: int | None
    why: str


def verify_outside_chains() -> Iterator[Break]:
    """What no chain shows by itself: triggers that are gone, chains that were cut, deleted or computed anew."""
    for table in triggers.APPEND_ONLY:
        yield from (Break(table, 0, None, why) for why in triggers.find_faults(connection, table))
    yield from (Break(name, row, None, why) for name, row, why in verify_checkpoints())


def verify_streams() -> Iterator[Break]:
    """Yields the first break of each broken stream; nothing when every chain holds."""
    for stream in Stream.objects.order_by("pk").iterator():
        found = verify_stream(stream)
        if found is not None:
            yield found


@dataclass(frozen=True)
class Place:
    """How far a chain was read: the last row that holds, and its digest."""

    seq: int = 0
    digest: str = ""


@dataclass(frozen=True)
class Part:
    """What reading on from a place found; `ended` once nothing of the chain is left to read."""

    place: Place
    broken: Break | None = None
    ended: bool = False


def verify_stream(stream: Stream) -> Break | None:
    part = Part(Place())
    while not part.ended:
        part = verify_part(stream, part.place, most=1000)
    return part.broken


def verify_part(stream: Stream, place: Place, *, most: int) -> Part:
    """Reads at most so many rows beyond the place."""
    events = Event.objects.filter(stream=stream, seq__gt=place.seq).select_related("note").order_by("seq")[:most]
    read = 0
    for event in events.iterator():
        why = _wrong(event, stream, place.seq + 1, place.digest)
        if why:
            return Part(place, Break(stream.name, place.seq + 1, event.pk, why), ended=True)
        place, read = Place(event.seq, event.digest), read + 1
    if read == most:
        return Part(place)
    # One statement: the head and the last row as they stood at the same moment, whoever appends meanwhile.
    last = Event.objects.filter(stream=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    heads = Stream.objects.values_list("head_seq", "head_hash", Subquery(last))
    head_seq, head_hash, last_seq = heads.get(pk=stream.pk)
    if (last_seq or 0) > place.seq:
        return Part(place)
    if (place.seq, place.digest) != (head_seq, head_hash):
        why = f"the stream says {head_seq} rows, {place.seq} hold"
        return Part(place, Break(stream.name, place.seq + 1, None, why), ended=True)
    return Part(place, ended=True)


def _keeps_involved(event: Event, people: list[str]) -> bool:
    """Whether `Involvement` still holds everybody whom the event involves: each row names the first such event."""
    if not people:
        return True
    kept = involved_in(**{event.object_kind: event.object_id}).filter(person_id__in=people)
    return kept.count() == len(people)


def _wrong(event: Event, stream: Stream, seq: int, previous: str) -> str:
    if event.seq != seq:
        return f"row {seq} is missing, {event.seq} follows"
    if event.previous != previous:
        return "does not continue the row before"
    if digest(event.body, event.algorithm) != event.digest:
        return "text and digest differ"
    told = json.loads(event.body)
    if [told["seq"], told["previous"], told["stream"]] != [seq, previous, [stream.kind, str(stream.subject)]]:
        return "stands in another place than it was written for"
    if any(getattr(event, column) != value for column, value in columns_of(told).items()):
        return "columns and hashed text differ"
    if not _keeps_involved(event, told.get("involves", [])):
        return "the index of who is involved lacks a person whom this event names"
    note = event.remark
    if note is None:
        return (
            "" if is_erased(event) else "the words beside the event are gone, and no event says that they were erased"
        )
    if digest(note.salt + canonical(note.content()), event.algorithm) != told["note"]:
        return "the words beside the event were changed"
    return ""
