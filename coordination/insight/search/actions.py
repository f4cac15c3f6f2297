"""Maintains the search index: every change of a case or lead appends an event, after which all its entries are rebuilt.

No action needs to call or wait for it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef

from agencies.journal.models import Event, Stream
from agencies.kernel.resource import SEARCHED
from agencies.kernel.search_parts import SearchKind
from agencies.kernel.work import atomic
from agencies.runs.one_by_one import deferred_keys, process_together, retryable_keys
from cases.casefile.models import Case
from cases.intake.models import Lead

from .models import BEGINNING, EDITION, Bookmark, Entry
from .words import agency_word, kind_word, words_of

BATCH = 200
QUEUE = "search"
SLICE = 1_000  # subjects for each job; then other jobs of this worker have their turn
# An event is recorded before it is committed; no transaction lasts longer than this.
OVERLAP = timedelta(minutes=2)
HEADS: dict[str, tuple[str, type[models.Model]]] = {
    Stream.Kind.CASE: ("case", Case),
    Stream.Kind.LEAD: ("lead", Lead),
}
"""Stream of a subject → kind of its own entry, and its model."""
SUBJECTS: dict[str, type[models.Model]] = dict(HEADS.values())
"""Subjects to which entries belong. Kinds with the subject "pk" are subjects too, but have no stream of their own."""


def index_changed(most: int = SLICE) -> int:
    """Rebuilds entries of every subject with newer events. Returns the number of subjects.

    Reads the journal from the bookmark, `most` subjects at a time. A second run finds nothing.
    """
    _index_again()
    reached, count = Bookmark.is_at(), 0
    for events in _in_batches(_events_since((reached or BEGINNING) - OVERLAP)):
        changed = _not_yet_known(events)
        for stream_kind, heads in changed.items():
            _index_each(HEADS[stream_kind][0], heads)
            count += len(heads)
        if reached is None or events[-1]["recorded_at"] > reached:
            reached = events[-1]["recorded_at"]
            Bookmark.reached(reached)
        if count >= most:
            break
    return count + index_by_version()


def _index_again() -> None:
    """Retries failures after a pause."""
    for own, subject in (key.split(":") for key in retryable_keys(QUEUE)):
        head = Stream.objects.filter(subject=subject).values_list("head_seq", flat=True).first() or 0
        _index_each(own, {UUID(subject): head})


def _index_each(own: str, heads: dict[UUID, int]) -> None:
    """Indexes all at once; if that fails one by one, so that one failure does not block the others."""
    aside = set(deferred_keys(QUEUE))
    rows = [(subject, head) for subject, head in heads.items() if f"{own}:{subject}" not in aside]
    process_together(
        QUEUE,
        rows,
        lambda row: _index_all(own, [row])[0],
        together=partial(_index_all, own),
        key=lambda row: f"{own}:{row[0]}",
    )


def _index_all(own: str, rows: list[tuple[UUID, int]]) -> list[UUID]:
    _index(own, dict(rows))
    return [subject for subject, _head in rows]


def index_by_version() -> int:
    """Indexes changed objects without a stream of their own (watch lists, bulletins) by version, because they change
    rarely. Returns how many.
    """
    return sum(_index_versions(kind) for kind in SEARCHED.values() if _is_alone(kind))


def _index_versions(kind: SearchKind) -> int:
    made = Entry.objects.filter(kind=kind.name, edition=EDITION, thing=OuterRef("pk"), seq=OuterRef("version"))
    changed = dict(kind.rows().filter(~Exists(made)).values_list("pk", "version"))
    stand = kind.model._default_manager.filter(kind.only).values("pk")
    gone = Entry.objects.filter(kind=kind.name).exclude(thing__in=stand).values_list("thing", flat=True)
    heads = changed | dict.fromkeys(gone, 0)
    if heads:
        _index_each(kind.name, heads)
    return len(heads)


def _is_alone(kind: SearchKind) -> bool:
    return kind.subject == "pk" and kind.model not in SUBJECTS.values()


def _events_since(moment: datetime) -> Iterator[dict[str, Any]]:
    events = Event.objects.filter(recorded_at__gte=moment, stream__kind__in=HEADS).order_by("recorded_at", "pk")
    columns = ("recorded_at", "stream__kind", "stream__subject", "stream__head_seq")
    rows: Iterator[dict[str, Any]] = events.values(*columns).iterator(chunk_size=BATCH)
    return rows


def _in_batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
        yield batch


def _not_yet_known(events: list[dict[str, Any]]) -> dict[str, dict[UUID, int]]:
    """Stream kind → subject → its last event, for subjects changed since indexing."""
    heads = {(row["stream__kind"], row["stream__subject"]): row["stream__head_seq"] for row in events}
    own = Entry.objects.filter(kind__in=[name for name, _model in HEADS.values()], edition=EDITION)
    known = dict(own.filter(thing__in=[subject for _kind, subject in heads]).values_list("thing", "seq"))
    changed: dict[str, dict[UUID, int]] = {}
    for (kind, subject), head in heads.items():
        if known.get(subject) != head:
            changed.setdefault(kind, {})[subject] = head
    return changed


def index_missing(batch: int = BATCH) -> Iterator[int]:
    """Creates missing or outdated entries; yields the number of subjects of each batch.

    Resumable at any time.
    """
    newest = Event.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    for stream_kind, (name, model) in HEADS.items():
        made = Entry.objects.filter(kind=name, edition=EDITION, thing=OuterRef("pk"))
        left = model._default_manager.filter(~Exists(made)).order_by("pk").values_list("pk", flat=True)
        last = UUID(int=0)
        while ids := list(left.filter(pk__gt=last)[:batch]):
            streams = Stream.objects.filter(kind=stream_kind, subject__in=ids)
            _index(name, dict.fromkeys(ids, 0) | dict(streams.values_list("subject", "head_seq")))
            yield len(ids)
            last = ids[-1]
    if listed := index_by_version():
        yield listed
    if newest is not None and newest > (Bookmark.is_at() or BEGINNING):
        Bookmark.reached(newest)


def _index(own: str, heads: dict[UUID, int]) -> None:
    """Updates the entries of these subjects to their present contents.

    `heads` were read first: anything committed in between has a newer event and is indexed again.
    """
    kinds = [kind for kind in SEARCHED.values() if _kind_of_subject(kind) == own]
    with atomic():
        held = {(entry.kind, entry.thing): entry for entry in Entry.objects.filter(subject__in=heads)}
        fresh = [entry for kind in kinds for entry in _entries(kind, heads, own)]
        name_agencies(fresh)
        Entry.objects.bulk_create(
            [entry for entry in fresh if (entry.kind, entry.thing) not in held], ignore_conflicts=True
        )
        changed = [_brought_up(held[key], entry) for entry in fresh if (key := (entry.kind, entry.thing)) in held]
        columns = ["words", "edition", "seq", "at"]
        Entry.objects.bulk_update([entry for entry in changed if entry is not None], columns, batch_size=BATCH)
        gone = held.keys() - {(entry.kind, entry.thing) for entry in fresh}
        Entry.objects.filter(pk__in=[held[key].pk for key in gone]).delete()


def name_agencies(entries: Iterable[Entry]) -> None:
    """Adds to the words of each entry the agencies that may find it, so that a word and an agency are found
    together."""
    of_kind: dict[str, dict[UUID, Entry]] = {}
    for entry in entries:
        of_kind.setdefault(entry.kind, {})[entry.thing] = entry
    for name, some in of_kind.items():
        kind = SEARCHED[name]
        rows = kind.model._base_manager.filter(pk__in=some).values_list("pk", *kind.agencies) if kind.agencies else ()
        pairs = {(thing, agency) for thing, *agencies in rows for agency in agencies if agency is not None}
        for thing, agency in sorted(pairs):
            some[thing].words = f"{agency_word(agency)} {some[thing].words}"


def _kind_of_subject(kind: SearchKind) -> str:
    """The kind of the subject's own entry; anything that is no subject belongs to a case."""
    if _is_alone(kind):
        return kind.name
    return next((own for own, model in SUBJECTS.items() if kind.model is model), "case")


def _entries(kind: SearchKind, heads: dict[UUID, int], own: str) -> Iterator[Entry]:
    subject = models.F(kind.subject)
    for thing in kind.rows().filter(**{f"{kind.subject}__in": heads}).annotate(of_subject=subject):
        words = words_of(kind.texts(thing))
        if words:
            seq = heads[thing.of_subject] if kind.name == own else 0
            held = {"kind": kind.name, "thing": thing.pk, "subject": thing.of_subject, "seq": seq}
            yield Entry(**held, at=getattr(thing, kind.at), words=f"{kind_word(kind.name)} {words}")


def _brought_up(held: Entry, fresh: Entry) -> Entry | None:
    """The entry updated; None if it is up to date."""
    values = (fresh.words, fresh.edition, fresh.seq, fresh.at)
    if (held.words, held.edition, held.seq, held.at) == values:
        return None
    held.words, held.edition, held.seq, held.at = values
    return held


def clear_index() -> None:
    """Empties the index before a complete rebuild."""
    with atomic():
        Entry.objects.all().delete()
        Bookmark.objects.all().delete()
