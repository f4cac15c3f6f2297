"""Reads the chains again and names the first row that does not hold."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from .actions import columns_of
from .digests import canonical, digest
from .models import Event, Stream


@dataclass(frozen=True)
class Break:
    """Where a chain breaks: `seq` is the first row that does not hold, `why` in one line."""

    stream: str
    seq: int
    event_id: int | None
    why: str


def verify_streams() -> Iterator[Break]:
    """Yields the first break of each broken stream; nothing when every chain holds."""
    for stream in Stream.objects.order_by("pk").iterator():
        found = verify_stream(stream)
        if found is not None:
            yield found


def verify_stream(stream: Stream) -> Break | None:
    name = f"{stream.kind}:{stream.subject}"
    previous, seq = "", 0
    for event in Event.objects.filter(stream=stream).select_related("note").order_by("seq").iterator(chunk_size=1000):
        seq += 1
        why = _wrong(event, stream, seq, previous)
        if why:
            return Break(name, seq, event.pk, why)
        previous = event.digest
    if (seq, previous) != (stream.head_seq, stream.head_hash):
        return Break(name, seq + 1, None, f"the stream says {stream.head_seq} rows, {seq} hold")
    return None


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
    note = event.remark
    if note is not None and digest(note.salt + canonical(note.content()), event.algorithm) != told["note"]:
        return "the words beside the event were changed"
    return ""
