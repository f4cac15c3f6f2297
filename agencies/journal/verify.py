"""Verifies the chains and names the first broken row."""

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
    """A broken chain: `seq` is the first invalid row, `why` the reason in one line."""

    stream: str
    seq: int
    event_id: int | None
    why: str


def verify_outside_chains() -> Iterator[Break]:
    """Yields faults the chains do not reveal: missing triggers, and chains that were cut, deleted or recomputed."""
    for table in triggers.APPEND_ONLY:
        yield from (Break(table, 0, None, why) for why in triggers.find_faults(connection, table))
    yield from (Break(name, row, None, why) for name, row, why in verify_checkpoints())


@dataclass(frozen=True)
class ChainPosition:
    """The position reached in a chain: the last valid row and its digest."""

    seq: int = 0
    digest: str = ""


@dataclass(frozen=True)
class ChainReading:
    """The result of reading on from a position. `ended` is set when the chain has been read to its end."""

    place: ChainPosition
    broken: Break | None = None
    ended: bool = False


def verify_stream(stream: Stream) -> Break | None:
    part = ChainReading(ChainPosition())
    while not part.ended:
        part = verify_part(stream, part.place, most=1000)
    return part.broken


def verify_part(stream: Stream, place: ChainPosition, *, most: int) -> ChainReading:
    """Verifies at most `most` rows after the position."""
    events = Event.objects.filter(stream=stream, seq__gt=place.seq).select_related("note").order_by("seq")[:most]
    read = 0
    for event in events.iterator():
        why = _fault_of(event, stream, place.seq + 1, place.digest)
        if why:
            return ChainReading(place, Break(stream.name, place.seq + 1, event.pk, why), ended=True)
        place, read = ChainPosition(event.seq, event.digest), read + 1
    if read == most:
        return ChainReading(place)
    # One statement, so that head and last row are of the same moment even if someone appends.
    last = Event.objects.filter(stream=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    heads = Stream.objects.values_list("head_seq", "head_hash", Subquery(last))
    head_seq, head_hash, last_seq = heads.get(pk=stream.pk)
    if (last_seq or 0) > place.seq:
        return ChainReading(place)
    if (place.seq, place.digest) != (head_seq, head_hash):
        why = f"the stream records {head_seq} rows, {place.seq} are valid"
        return ChainReading(place, Break(stream.name, place.seq + 1, None, why), ended=True)
    return ChainReading(place, ended=True)


def _keeps_involved(event: Event, people: list[str]) -> bool:
    """Whether `Involvement` still holds everyone the event involves. Each row names the first such event."""
    if not people:
        return True
    kept = involved_in(**{event.object_kind: event.object_id}).filter(person_id__in=people)
    return kept.count() == len(people)


def _fault_of(event: Event, stream: Stream, seq: int, previous: str) -> str:
    if event.seq != seq:
        return f"row {seq} is missing, {event.seq} follows"
    if event.previous != previous:
        return "does not continue the row before"
    if digest(event.body, event.algorithm) != event.digest:
        return "text and digest differ"
    content = json.loads(event.body)
    if [content["seq"], content["previous"], content["stream"]] != [seq, previous, [stream.kind, str(stream.subject)]]:
        return "was moved from the place it was written for"
    if any(getattr(event, column) != value for column, value in columns_of(content).items()):
        return "columns and hashed text differ"
    if not _keeps_involved(event, content.get("involves", [])):
        return "the index of involved people lacks a person named by this event"
    note = event.remark
    if note is None:
        return "" if is_erased(event) else "the note of the event is missing, and no event records its erasure"
    if digest(note.salt + canonical(note.content()), event.algorithm) != content["note"]:
        return "the note of the event was changed"
    return ""
