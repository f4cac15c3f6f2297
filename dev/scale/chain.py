"""Events of generated cases, chained like those of the journal, so that `verify_audit` finds no fault."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from agencies.journal.digests import ALGORITHM, DOMAIN
from agencies.journal.models import Event, EventNote, Stream

from .loading import NULL, Loader, Shape

STREAM = Shape(Stream, "id", "kind", "subject", "head_seq", "head_hash")
EVENT = Shape(
    *(Event, "id", "stream_id", "seq", "recorded_at", "happened_at", "actor_kind", "actor_id", "agency_id"),
    *("counterpart_id", "verb", "object_kind", "object_id", "from_state", "to_state", "fields", "visibility"),
    *("body", "algorithm", "previous", "digest"),
)
NOTE = Shape(EventNote, "event_id", "salt", "actor_name", "agency_name", "reason", "data")
PREVIOUS = "\ue000"  # in a hashed text: the digest before


@dataclass(frozen=True, slots=True)
class EventActor:
    """An actor as events name them."""

    id: str
    name: str
    agency_id: int
    agency_name: str


@dataclass(slots=True)
class ChainedEvent:
    """An event before it is chained; `at` as ISO text."""

    at: str
    who: EventActor
    verb: str
    kind: str
    object_id: str
    sources: str = ""
    to: str = ""
    fields: tuple[str, ...] = ()
    visibility: str = "case"
    counterpart: int | None = None
    reason: str = ""


_EMPTY = hashlib.new(ALGORITHM, DOMAIN)


def _digest(text: str) -> str:
    """`journal.digests.digest` without setting up the algorithm each time; half of the seeding time is spent here."""
    one = _EMPTY.copy()
    one.update(text.encode())
    return one.hexdigest()


class Chains:
    """Numbers streams and events and computes their digests."""

    def __init__(self, loader: Loader, *, first_stream: int, first_event: int) -> None:
        self.loader, self.stream_id, self.event_id = loader, first_stream, first_event

    def write(self, kind: str, subject: str, events: Iterable[ChainedEvent], salts: Iterable[str]) -> None:
        """Writes a whole stream. `salts` gives a fresh one for each event."""
        link, add = Link("", 0, self.stream_id, self.event_id), self.loader.add
        for event, salt in zip(events, salts, strict=False):
            link = link.next(made_event(kind, subject, link.seq + 1, event, salt), add)
        add(STREAM, STREAM.row(self.stream_id, kind, subject, link.seq, link.digest))
        self.stream_id, self.event_id = self.stream_id + 1, link.event_id


@dataclass(frozen=True, slots=True)
class PreparedEvent:
    """An event without its ids and digests: the hashed text and the lines of its rows, for `%` with their values."""

    body: str
    line: str
    note: str


class Link(NamedTuple):
    """The end of a chain: the last digest and number, and the ids of the stream and of the next event."""

    digest: str
    seq: int
    stream_id: int
    event_id: int

    def next(self, made: PreparedEvent, add: Callable[[Shape, str], None]) -> "Link":
        body = made.body.replace(PREVIOUS, self.digest)
        digest = _digest(body)
        add(EVENT, made.line % {"id": self.event_id, "stream": self.stream_id, "body": body, "previous": self.digest,
                                "digest": digest})  # fmt: skip
        add(NOTE, made.note % self.event_id)
        return Link(digest, self.seq + 1, self.stream_id, self.event_id + 1)


def made_event(kind: str, subject: str, seq: int, event: ChainedEvent, salt: str) -> PreparedEvent:
    # The canonical text, built by hand: keys in order, no spaces. A test compares it with `digests.canonical`.
    who = event.who
    words = f'{{"actor_name":"{who.name}","agency_name":"{who.agency_name}","data":{{}},"reason":"{event.reason}"}}'
    fields = ",".join([f'"{name}"' for name in event.fields]) if event.fields else ""
    counterpart = "null" if event.counterpart is None else event.counterpart
    body = (
        f'{{"actor":["user","{who.id}"],"agency":{who.agency_id},"counterpart":{counterpart},"fields":[{fields}],"happened_at":"{event.at}",'
        f'"note":"{_digest(salt + words)}","object":["{event.kind}","{event.object_id}"],"on_behalf_of":null,'
        f'"previous":"{PREVIOUS}","recorded_at":"{event.at}",'
        f'"refers_to":null,"seq":{seq},"states":["{event.sources}","{event.to}"],"stream":["{kind}","{subject}"],'
        f'"verb":"{event.verb}","visibility":"{event.visibility}"}}'
    )
    line = EVENT.row(
        *("%(id)s", "%(stream)s", seq, event.at, event.at, "user", who.id, who.agency_id),
        *(NULL if event.counterpart is None else event.counterpart, event.verb, event.kind, event.object_id),
        *(event.sources, event.to, ",".join(event.fields), event.visibility),
        *("%(body)s", ALGORITHM, "%(previous)s", "%(digest)s"),
    )
    return PreparedEvent(body, line, NOTE.row("%s", salt, who.name, who.agency_name, event.reason, "{}"))
