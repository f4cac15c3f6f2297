"""Derives the facts of matters anew, compares them with those that are stored, and writes what differs."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import F, QuerySet

from agencies.journal.models import Event, Stream, effective_events
from agencies.kernel import times
from agencies.kernel.measures import Label as Pair
from agencies.kernel.measures import MeasuredFact as Declared
from agencies.kernel.measures import MeasuredMatter, Measures, day_of
from agencies.kernel.resource import MEASURED

from .models import Fact, Label, LabelSet, StoredMatter
from .months import ChangedMonth, sum_up

SCALE = 10_000
STREAMS = (Stream.Kind.CASE, Stream.Kind.LEAD, Stream.Kind.CAMPAIGN, Stream.Kind.PREVENTION)
UNREAD = ("body", "previous", "digest")  # columns of events that say nothing of facts
AT_ONCE = 1_000  # rows of one statement


class FactKey(NamedTuple):
    """What makes facts of one object the same: a stored fact without its sums."""

    matter: UUID
    kind: str
    object_id: UUID
    measure: str
    day: date
    agency_id: int
    shared: bool
    restricted: bool
    wall_id: UUID | None
    bucket: int
    label_set_id: UUID


class FactSums(NamedTuple):
    n: int
    amount: int


@dataclass
class DerivedFacts:
    """What was read of some matters: their last event, what holds for all their facts, their events, and the labels of
    each set that they or their facts have."""

    seq: dict[UUID, int] = field(default_factory=dict)
    about: dict[UUID, MeasuredMatter] = field(default_factory=dict)
    events: dict[UUID, list[Event]] = field(default_factory=dict)
    labels: dict[UUID, frozenset[Pair]] = field(default_factory=dict)


def refresh(matters: Collection[UUID], *, anew: bool = False, because: date | None = None) -> int:
    """Brings the facts of these matters up to date. Returns the number of facts written.

    Called in a transaction that holds the lock of the bookmark. `anew`: all is derived without regard to events, and
    the caller sums up the months. `because`: the day of the event of another matter that changed these.
    """
    held = {one.matter: one for one in StoredMatter.objects.filter(matter__in=matters)}
    derived = _read(matters)
    days = _days(derived, held, times.today() if anew else because or times.today(), anew=anew)
    facts = _facts(matters, derived)
    stored = _stored(matters)
    for _kind, measures in MEASURED:
        measures.keep(derived.about, days)
    changed = {key for key in {**stored, **facts} if stored.get(key, (0, None))[1] != facts.get(key)}
    gone = [stored[key][0] for key in changed & stored.keys()]
    recorded = {pk: _recorded(derived.events.get(pk, ()), day) for pk, day in days.items()}
    acts = {pk: _days_of_acts(derived.events.get(pk, ())) for pk in days if pk not in held}
    new = [
        Fact(
            **key._asdict(),
            **facts[key]._asdict(),
            recorded=acts.get(key.matter, {}).get(key.day) or recorded[key.matter],
        )
        for key in changed & facts.keys()
    ]
    seen = [_seen(pk, derived) for pk in matters]
    _add_label_sets({*(one.label_set_id for one in new), *(one.label_set_id for one in seen)}, derived)
    _replace(gone, new)
    if not anew:
        sum_up({ChangedMonth(key.measure, key.day.replace(day=1), key.agency_id) for key in changed})
    columns = ["seq", "restricted", "label_set"]
    StoredMatter.objects.bulk_create(seen, update_conflicts=True, unique_fields=["matter"], update_fields=columns)
    return len(gone) + len(new)


def _seen(matter: UUID, derived: DerivedFacts) -> StoredMatter:
    about = derived.about.get(matter, MeasuredMatter())
    return StoredMatter(
        matter=matter,
        seq=derived.seq.get(matter, 0),
        restricted=about.restricted,
        label_set_id=_set_of(about.labels),
    )


def _recorded(events: Sequence[Event], day: date) -> date:
    """The day on which a new fact was recorded: that of the change that was found, or of the newest event."""
    return max([day, *(day_of(event.recorded_at) for event in events[-1:])])


def _days_of_acts(events: Sequence[Event]) -> dict[date, date]:
    """For each day with acts, the first day on which one of them was recorded: that of the facts of a matter that is
    read for the first time, as in a rebuild."""
    found: dict[date, date] = {}
    for event in events:
        found.setdefault(day_of(event.happened_at), day_of(event.recorded_at))
    return found


def _read(matters: Collection[UUID]) -> DerivedFacts:
    """The heads of the chains first: what commits later has a newer event, and is read again."""
    derived = DerivedFacts()
    streams = Stream.objects.filter(kind__in=STREAMS, subject__in=matters)
    derived.seq = dict(streams.values_list("subject", "head_seq"))
    for _kind, measures in MEASURED:
        for pk, matter in measures.about(matters).items():
            derived.about[pk] = derived.about.get(pk, MeasuredMatter()).joined(matter)
    for _kind, measures in MEASURED:
        for pk, more in measures.labelled(derived.about).items():
            derived.about[pk] = derived.about[pk].joined(MeasuredMatter(more))
    events: QuerySet[Any] = Event.objects.filter(stream__kind__in=STREAMS, stream__subject__in=matters).defer(*UNREAD)
    for event in events.annotate(subject=F("stream__subject")).order_by("pk"):
        derived.events.setdefault(event.subject, []).append(event)
    for pk in matters:
        labels = derived.about.get(pk, MeasuredMatter()).labels
        derived.labels[_set_of(labels)] = labels
    return derived


def _things(matters: Collection[UUID]) -> Iterator[tuple[str, Measures, Any]]:
    """All objects of these matters, with their kind and its declaration."""
    for kind, measures in MEASURED:
        if measures.rows is not None and matters:
            for thing in measures.rows(matters):
                yield kind, measures, thing


def _facts(matters: Collection[UUID], derived: DerivedFacts) -> dict[FactKey, FactSums]:
    """The facts of these matters as the rows and events say now. Those that cancel each other are left out."""
    found = defaultdict[FactKey, FactSums](lambda: FactSums(0, 0))
    events = defaultdict[tuple[UUID, UUID], list[Event]](list)
    for pk, listed in derived.events.items():
        for event in listed:
            events[pk, event.object_id].append(event)
    for kind, measures, thing in _things(matters):
        matter = measures.matter(thing)
        about, history = derived.about.get(matter, MeasuredMatter()), effective_events(events[matter, thing.pk])
        for fact in measures.facts(thing, history):
            labels = _labels_of(fact.labels, about.labels)
            label_set = _set_of(labels)
            derived.labels[label_set] = labels
            amount = int((Decimal(fact.amount) * SCALE).to_integral_value()) if fact.amount else 0
            for key in _keys(fact, matter, kind, thing.pk, about, label_set):
                found[key] = FactSums(found[key].n + fact.n, found[key].amount + amount)
    return {key: sums for key, sums in found.items() if sums != FactSums(0, 0)}


@lru_cache(maxsize=4_096)
def _labels_of(own: frozenset[Pair], others: frozenset[Pair]) -> frozenset[Pair]:
    """The labels of a fact, with those of its matter for other dimensions."""
    names = {name for name, _value in own}
    return own | {label for label in others if label[0] not in names}


@lru_cache(maxsize=4_096)
def _set_of(labels: frozenset[Pair]) -> UUID:
    """The id of the set of these labels."""
    return uuid5(NAMESPACE_OID, "|".join(f"{name}={value}" for name, value in sorted(labels)))


def _keys(
    fact: Declared, matter: UUID, kind: str, pk: UUID, about: MeasuredMatter, label_set: UUID
) -> Iterator[FactKey]:
    """The stored facts of a declared one: at its agency and at each further one."""
    wall = about.walls.get(fact.behind) if fact.behind else None
    bucket = -1 if fact.days is None else fact.days
    for agency_id in (fact.agency_id, *sorted(fact.also - {fact.agency_id})):
        shared = agency_id != fact.agency_id
        yield FactKey(
            *(matter, kind, pk, fact.measure, fact.day, agency_id, shared, about.restricted, wall, bucket, label_set)
        )


def _stored(matters: Collection[UUID]) -> dict[FactKey, tuple[int, FactSums]]:
    """The stored facts of these matters with their primary keys."""
    rows = Fact.objects.filter(matter__in=matters).values_list("pk", "n", "amount", *FactKey._fields)
    return {FactKey(*key): (pk, FactSums(n, amount)) for pk, n, amount, *key in rows}


def _replace(gone: Sequence[int], new: Sequence[Fact]) -> None:
    """Deletes the stored facts with these primary keys and inserts the new ones."""
    for start in range(0, len(gone), AT_ONCE):
        Fact.objects.filter(pk__in=gone[start : start + AT_ONCE]).delete()
    Fact.objects.bulk_create(new, batch_size=AT_ONCE)


def _add_label_sets(wanted: Collection[UUID], derived: DerivedFacts) -> None:
    new = set(wanted) - set(LabelSet.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    LabelSet.objects.bulk_create(map(LabelSet, new), batch_size=AT_ONCE)
    labels = (Label(label_set_id=pk, dimension=name, value=value) for pk in new for name, value in derived.labels[pk])
    Label.objects.bulk_create(labels, batch_size=AT_ONCE)


def _days(derived: DerivedFacts, held: Mapping[UUID, StoredMatter], otherwise: date, *, anew: bool) -> dict[UUID, date]:
    """For each matter the day on which what is new was recorded: that of its newest event that was not known, so that
    a late run gives the same day; of a new matter, the first."""
    found = {}
    for pk in {*derived.about, *derived.events, *held}:
        events = derived.events.get(pk, [])
        unknown = [] if anew and pk in held else [one for one in events if pk not in held or one.seq > held[pk].seq]
        days = [day_of(event.recorded_at) for event in unknown]
        found[pk] = (max if pk in held else min)(days, default=otherwise)
    return found


def differences_of(matters: Collection[UUID]) -> list[UUID]:
    """Those whose stored facts or labels differ from the derived ones."""
    derived = _read(matters)
    facts, stored = _facts(matters, derived), _stored(matters)
    wrong = {key.matter for key in {**stored, **facts} if stored.get(key, (0, None))[1] != facts.get(key)}
    held = dict(StoredMatter.objects.filter(matter__in=matters).values_list("matter", "label_set"))
    wrong |= {pk for pk, label_set in held.items() if label_set != _seen(pk, derived).label_set_id}
    sets = {*held.items(), *((key.matter, key.label_set_id) for key in stored)}
    labels = defaultdict[UUID, set[Pair]](set)
    of_sets = Label.objects.filter(label_set__in={one for _matter, one in sets})
    for pk, name, value in of_sets.values_list("label_set", "dimension", "value"):
        labels[pk].add((name, value))
    return sorted(wrong | {matter for matter, pk in sets if frozenset(labels[pk]) != derived.labels.get(pk)})
