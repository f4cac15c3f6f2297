"""The ledger: derives the facts of matters anew, compares them with what it holds, and appends the difference.

The roll-up cells change in the same transaction.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from agencies.journal.models import Event, Stream, effective_events
from agencies.kernel import times
from agencies.kernel.bulk import insert_all
from agencies.kernel.measures import Fact, Label, Matter, Measures, day_of
from agencies.kernel.resource import MEASURED

from .catalogue import FILTERS
from .cells import Row, labels_in, roll_up
from .models import Delta, Labelled, Posting, Seen
from .registry import POSTED

SCALE = 10_000
STREAMS = (Stream.Kind.CASE, Stream.Kind.LEAD, Stream.Kind.CAMPAIGN)
UNREAD = ("body", "previous", "digest")  # columns of events that say nothing of facts


class Key(NamedTuple):
    """What makes facts of one object the same: a row of the ledger without its sums."""

    matter: UUID
    kind: str
    object_id: UUID
    measure: str
    day: date
    agency_id: int
    shared: bool
    wall_id: UUID | None
    bucket: int
    labels: str


@dataclass
class Sums:
    n: int = 0
    amount: int = 0

    def add(self, n: int, amount: int) -> None:
        self.n, self.amount = self.n + n, self.amount + amount


@dataclass
class Known:
    """What was read of some matters: their last event, what holds for all their facts, and their events."""

    seq: dict[UUID, int] = field(default_factory=dict)
    about: dict[UUID, Matter] = field(default_factory=dict)
    events: dict[UUID, list[Event]] = field(default_factory=dict)


def text_of(labels: Iterable[Label]) -> str:
    """Labels as they are stored; `%|dimension=value|%` finds one."""
    return "|".join(["", *(f"{name}={value}" for name, value in sorted(labels)), ""])


def refresh(matters: Collection[UUID], *, anew: bool = False, because: date | None = None) -> int:
    """Brings the ledger and the cells up to date with these matters. Returns the number of rows appended.

    Called in a transaction that holds the lock of the bookmark. `anew`: the rows are repaired and learnt today.
    `because`: the day of the event of another matter that changed these.
    """
    held = {one.matter: one for one in Seen.objects.filter(matter__in=matters)}
    known = _read(matters)
    days = _days(known, held, times.today() if anew else because or times.today(), anew=anew)
    stored = _stored(held)
    rows = list(_changes(stored, _facts(matters, known), known, days))
    for _kind, measures in MEASURED:
        measures.keep(known.about, days)
    _restrict(known, held)
    _label(matters, known)
    insert_all(Delta, rows)
    insert_all(Posting, sorted(_postings([*stored, *rows] if anew else rows)), new_only=True)
    roll_up(rows)
    seen = [
        Seen(matter=pk, seq=known.seq.get(pk, 0), restricted=known.about.get(pk, Matter()).restricted) for pk in matters
    ]
    Seen.objects.bulk_create(seen, update_conflicts=True, unique_fields=["matter"], update_fields=["seq", "restricted"])
    return len(rows)


def _read(matters: Collection[UUID]) -> Known:
    """The heads of the chains first: what commits later has a newer event, and is read again."""
    known = Known()
    streams = Stream.objects.filter(kind__in=STREAMS, subject__in=matters)
    known.seq = dict(streams.values_list("subject", "head_seq"))
    for _kind, measures in MEASURED:
        for pk, matter in measures.about(matters).items():
            known.about[pk] = known.about.get(pk, Matter()).joined(matter)
    for _kind, measures in MEASURED:
        for pk, more in measures.labelled(known.about).items():
            known.about[pk] = known.about[pk].joined(Matter(more))
    events: QuerySet[Any] = Event.objects.filter(stream__kind__in=STREAMS, stream__subject__in=matters).defer(*UNREAD)
    for event in events.annotate(subject=F("stream__subject")).order_by("pk"):
        known.events.setdefault(event.subject, []).append(event)
    return known


def _things(matters: Collection[UUID]) -> Iterator[tuple[str, Measures, Any]]:
    """All objects of these matters, with their kind and its declaration."""
    for kind, measures in MEASURED:
        if measures.rows is not None and matters:
            for thing in measures.rows(matters):
                yield kind, measures, thing


def _facts(matters: Collection[UUID], known: Known) -> dict[Key, Sums]:
    """The facts of these matters as the rows and events say now."""
    found: dict[Key, Sums] = defaultdict(Sums)
    events = defaultdict[tuple[UUID, UUID], list[Event]](list)
    for pk, listed in known.events.items():
        for event in listed:
            events[pk, event.object_id].append(event)
    for kind, measures, thing in _things(matters):
        matter = measures.matter(thing)
        about, history = known.about.get(matter, Matter()), effective_events(events[matter, thing.pk])
        for fact in measures.facts(thing, history):
            for key, sums in _as_rows(fact, matter, kind, thing.pk, about):
                found[key].add(sums.n, sums.amount)
    return found


@lru_cache(maxsize=4_096)
def _labelled(own: frozenset[Label], others: frozenset[Label]) -> str:
    """The labels of a fact, with those of its matter for other dimensions, as they are stored."""
    names = {name for name, _value in own}
    return text_of(own | {label for label in others if label[0] not in names})


def _as_rows(fact: Fact, matter: UUID, kind: str, pk: UUID, about: Matter) -> Iterator[tuple[Key, Sums]]:
    text = _labelled(fact.labels, about.labels)
    wall = about.walls.get(fact.behind) if fact.behind else None
    bucket = -1 if fact.days is None else fact.days
    sums = Sums(fact.n, int((Decimal(fact.amount) * SCALE).to_integral_value()) if fact.amount else 0)
    for agency_id in (fact.agency_id, *sorted(fact.also - {fact.agency_id})):
        shared = agency_id != fact.agency_id
        yield Key(matter, kind, pk, fact.measure, fact.day, agency_id, shared, wall, bucket, text), sums


def _stored(matters: Collection[UUID]) -> dict[Key, Sums]:
    rows = Delta.objects.filter(matter__in=matters).order_by().values_list(*Key._fields)
    summed = rows.annotate(n_held=Sum("n"), amount_held=Sum("amount"))
    return {Key(*key): Sums(n, amount) for *key, n, amount in summed}


def _days(known: Known, held: Mapping[UUID, Seen], otherwise: date, *, anew: bool) -> dict[UUID, date]:
    """For each matter the day on which what is new was recorded: that of its newest event that the ledger did not know,
    so that a late run changes no past answer; of a matter that is new to the ledger, the first."""
    found = {}
    for pk in {*known.about, *known.events, *held}:
        events = known.events.get(pk, [])
        unknown = [] if anew and pk in held else [one for one in events if pk not in held or one.seq > held[pk].seq]
        days = [day_of(event.recorded_at) for event in unknown]
        found[pk] = (max if pk in held else min)(days, default=otherwise)
    return found


def _changes(
    old: Mapping[Key, Sums], new: Mapping[Key, Sums], known: Known, recorded: Mapping[UUID, date]
) -> Iterator[Row]:
    """What changed between two readings, `recorded` on a day for each matter."""
    nothing = Sums()
    for key in {**old, **new}:
        was, now = old.get(key, nothing), new.get(key, nothing)
        if was != now:
            restricted = known.about.get(key.matter, Matter()).restricted
            yield Row(*key, recorded[key.matter], restricted, now.n - was.n, now.amount - was.amount)


def _restrict(known: Known, held: Mapping[UUID, Seen]) -> None:
    """Takes matters out of the figures of the centre, past ones too, or puts them back."""
    for pk, seen in held.items():
        restricted = known.about.get(pk, Matter()).restricted
        if restricted == seen.restricted:
            continue
        rows = list(Delta.objects.filter(matter=pk))
        roll_up(rows, times=-1)
        for row in rows:
            row.restricted = restricted
        Delta.objects.bulk_update(rows, ["restricted"], batch_size=500)
        roll_up(rows)


def _label(matters: Collection[UUID], known: Known) -> None:
    """Keeps the labels by which pages are filtered."""
    stored, wanted = _labels_held(matters), _labels_of(known)
    if gone := sorted(stored - wanted):
        Labelled.objects.filter(pk__in=gone).delete()
    Labelled.objects.bulk_create(Labelled(matter=matter, label=label) for matter, label in sorted(wanted - stored))


def _labels_of(known: Known) -> set[tuple[UUID, str]]:
    return {
        (pk, f"{name}={value}")
        for pk, matter in known.about.items()
        for name, value in matter.labels
        if name in FILTERS
    }


class _Posting(NamedTuple):
    """What `Posting` stores."""

    label: str
    matter: UUID


def _postings(rows: Iterable[Key | Row]) -> set[_Posting]:
    return {
        _Posting(label, matter)
        for matter, text in {(row.matter, row.labels) for row in rows}
        for label in _posted_in(text)
    }


@lru_cache(maxsize=10_000)
def _posted_in(text: str) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in labels_in(text) if name in POSTED)


def _labels_held(matters: Collection[UUID]) -> set[tuple[UUID, str]]:
    return set(Labelled.objects.filter(matter__in=matters).values_list("matter", "label"))


def differences_of(matters: Collection[UUID]) -> list[UUID]:
    """Those whose stored facts or labels differ from the derived ones, or whose rows are not found by their labels."""
    known = _read(matters)
    found, stored, nothing = _facts(matters, known), _stored(matters), Sums()
    keys = {**stored, **found}
    wrong = {key.matter for key in keys if found.get(key, nothing) != stored.get(key, nothing)}
    wrong |= {matter for matter, _label in _labels_of(known) ^ _labels_held(matters)}
    posted = set(Posting.objects.filter(matter__in=matters).values_list("label", "matter"))
    return sorted(wrong | {matter for _label, matter in _postings(stored) - posted})
