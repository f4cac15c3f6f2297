"""Writes work items: derives them from their objects, compares them with the stored rows and writes the difference."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from agencies.journal.models import Event
from agencies.kernel.work import NEVER, NO_PERSON, REGISTER, WIDER, Act, Changes, Row, Side, Touched, Work, places

from .models import WorkItem

SPACE = UUID("6f2b7c1e-6a0e-4c39-9d3b-52b0c8a2f6d1")  # namespace of the ids; constant, so that a row keeps its id
CHUNK = 500
ON_DESKS = (Side.DOES, Side.AWAITS)  # sides whose rows hold the last actor and the priority
COLUMNS = [field.attname for field in WorkItem._meta.concrete_fields]
# The id is derived from the others, so they never change.
WRITTEN = [name for name in COLUMNS if name not in ("id", "kind", "object_id", "side", "agency_id", "person_id")]
OF_ROW = [field.name for field in fields(Row)]
Rows = dict[UUID, dict[str, Any]]


def write(changes: Changes) -> None:
    """Writes the rows of all touched objects. Called before the transaction that changed them commits."""
    written, gone = list[WorkItem](), set[UUID]()
    for kind, ids in _widened(changes).items():
        made, locked = ids & changes.made.keys(), ids & changes.locked.keys()
        for some in (sorted(made), sorted(locked - made), sorted(ids - made - locked)):
            for start in range(0, len(some), CHUNK):
                changed, less = differing(REGISTER[kind], some[start : start + CHUNK], changes)
                written, gone = written + changed, gone | less
    _store(written, gone)


def _widened(changes: Changes) -> Touched:
    """Adds objects whose rows depend on touched ones, and leaves out kinds without rows."""
    touched = changes.touched
    wide: Touched = {kind: set(ids) for kind, ids in touched.items() if kind in REGISTER}
    for kind, wider in WIDER.items():
        if ids := touched.get(kind):
            for other, more in wider(ids).items():
                more = set(more)
                changes.read_again(more)  # what they depend on has changed
                wide.setdefault(other, set()).update(more)
    # Always in the same order, so that two transactions cannot wait for each other.
    return {kind: wide[kind] for kind in sorted(wide) if wide[kind]}


def refresh(work: Work, ids: list[UUID]) -> int:
    """Derives and writes the rows of some objects of one kind. Returns how many rows were written or deleted."""
    changed, gone = differing(work, ids)
    _store(changed, gone)
    return len(changed) + len(gone)


def differing(work: Work, ids: list[UUID], changes: Changes | None = None) -> tuple[list[WorkItem], set[UUID]]:
    """Locks some objects of one kind and derives their rows. Returns the rows to write and the ids of those to delete.

    With `changes`, unit, priority and earlier actors come from the stored rows and are not read again.
    """
    if changes is not None and all(pk in changes.made for pk in ids):
        things: Iterable[Any] = [changes.made[pk] for pk in ids]
        kept: Rows = {}
    elif changes is not None and all(pk in changes.locked for pk in ids):
        things, kept = [changes.locked[pk] for pk in ids], stored_rows(work.kind, ids)
    else:
        locked = work.things().select_for_update(of=("self",), no_key=True)
        things, kept = locked.filter(pk__in=ids).order_by("pk"), stored_rows(work.kind, ids)
    known = Known.of(kept.values(), changes) if changes is not None and changes.knows_all else None
    derived = derive(work, things, known)
    return [WorkItem(**row) for key, row in derived.items() if row != kept.get(key)], kept.keys() - derived.keys()


def _store(changed: list[WorkItem], gone: set[UUID]) -> None:
    """Writes the rows of all kinds in one statement."""
    if changed:
        WorkItem.objects.bulk_create(
            changed, batch_size=CHUNK, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
        )
    if gone:
        WorkItem.objects.filter(pk__in=gone).delete()


def stored_rows(kind: str, ids: Iterable[UUID]) -> Rows:
    return {row["id"]: row for row in WorkItem.objects.filter(kind=kind, object_id__in=ids).values(*COLUMNS)}


@dataclass
class Known:
    """What a transaction knows about an object at an agency without a query: its unit and priority, and its actors."""

    places: dict[tuple[UUID, int], tuple[int | None, int]]
    acts: dict[tuple[UUID, int], list[Act]]
    changes: Changes

    @classmethod
    def of(cls, kept: Iterable[Mapping[str, Any]], changes: Changes) -> "Known":
        known = cls({}, {}, changes)
        for row in kept:
            if row["side"] in ON_DESKS:
                place = (row["object_id"], row["agency_id"])
                if row["object_id"] not in changes.placed:
                    known.places[place] = (row["unit_id"], row["priority"])
                known.acts[place] = _acts_in(row)
        return known

    def has_place(self, pk: UUID, agency_id: int) -> bool:
        return (pk, agency_id) in self.places or (pk in self.changes.made and pk not in self.changes.placed)

    def has_acts(self, pk: UUID, agency_id: int) -> bool:
        return (pk, agency_id) in self.acts or pk in self.changes.made

    def acts_on(self, pk: UUID, agency_id: int) -> list[Act]:
        """Newest first."""
        return [*reversed(self.changes.acts.get(pk, ())), *self.acts.get((pk, agency_id), ())]


def _acts_in(row: Mapping[str, Any]) -> list[Act]:
    """The two acts that a row stores; its agency may read both."""
    acts = [Act(row["acted_at"], row["acted_by"], row["agency_id"], "", None)] if row["acted_at"] else []
    # Only the time is stored: the actor was not the last one.
    return acts + ([Act(row["acted_before"], "", row["agency_id"], "", None)] if row["acted_before"] else [])


def derive(work: Work, things: Iterable[Any], known: Known | None = None) -> Rows:
    """The rows that these objects must have, by id."""
    listed = [(thing.pk, row) for thing in things for row in work.rows(thing)]
    desks = {(pk, row.agency_id) for pk, row in listed if row.side in ON_DESKS}
    unplaced = {pk for pk, agency in desks if known is None or not known.has_place(pk, agency)}
    unread = {pk for pk, agency in desks if known is None or not known.has_acts(pk, agency)}
    placed = (known.places if known else {}) | (dict(places(unplaced)) if unplaced else {})
    asked = _acts(work.kind, unread) if unread else {}
    found = []
    for pk, row in listed:
        acts = asked.get(pk, ()) if pk in asked or known is None else known.acts_on(pk, row.agency_id)
        found.append(_columns(work.kind, pk, row, placed, acts))
    return {row["id"]: row for row in found}


def _columns(
    kind: str, pk: UUID, row: Row, placed: Mapping[tuple[UUID, int], tuple[int | None, int]], acts: Iterable[Act]
) -> dict[str, Any]:
    unit, priority = placed.get((pk, row.agency_id), (None, 1))
    values = {name: getattr(row, name) for name in OF_ROW}
    person = row.person_id
    at, by, before = _newest(acts, row.agency_id) if row.side in ON_DESKS else (None, "", None)
    return values | {
        "id": uuid5(SPACE, f"{pk} {row.agency_id} {row.side} {row.person_id or NO_PERSON}"),
        "kind": kind,
        "object_id": pk,
        # An instance that was changed may hold the id as text.
        "person_id": UUID(str(person)) if person else None,
        "side": str(row.side),
        "decides": str(row.decides),
        "state": str(row.state),
        "due_at": row.due_at or NEVER,
        "breach_at": row.breach_at or NEVER,
        "unit_id": row.unit_id or unit,
        "priority": priority,
        "acted_at": at,
        "acted_by": by,
        "acted_before": before,
    }


def _acts(kind: str, ids: set[UUID]) -> dict[UUID, list[Act]]:
    """The acts on these objects, newest first."""
    acts: dict[UUID, list[Act]] = defaultdict(list)
    events = Event.objects.filter(object_id__in=ids, object_kind=kind).order_by("-id")
    columns = ("object_id", "recorded_at", "actor_id", "agency_id", "visibility", "counterpart_id")
    for pk, *act in events.values_list(*columns):
        acts[pk].append(Act(*act))
    return acts


OPEN = {Event.Visibility.CASE, Event.Visibility.STATUS}


def _newest(acts: Iterable[Act], agency_id: int) -> tuple[datetime | None, str, datetime | None]:
    """The time and actor of the newest act that the agency may read, and the time of the newest act of another person.

    The same rule as `EventQuerySet.readable_by_agency`.
    """
    at, by = None, ""
    for act in acts:
        received = act.visibility == Event.Visibility.PAIR and act.counterpart_id == agency_id
        if act.visibility not in OPEN and act.agency_id != agency_id and not received:
            continue
        if at is None:
            at, by = act.at, act.actor_id
        elif act.actor_id != by:
            return at, by, act.at
    return at, by, None


def differences(kinds: Iterable[str] | None = None, *, sample: int | None = None) -> Iterator[tuple[str, UUID]]:
    """Yields (kind, id) of objects whose stored rows differ from the derived ones.

    Checks a random sample of each kind, or all.
    """
    for kind in kinds or list(REGISTER):
        work = REGISTER[kind]
        things = work.things()
        if sample is not None:
            ids = list(things.order_by("?").values_list("pk", flat=True)[:sample])
            ids += WorkItem.objects.filter(kind=kind).order_by("?").values_list("object_id", flat=True)[:sample]
            things = things.filter(pk__in=ids)
            kept = stored_rows(kind, ids)
        else:
            kept = {row["id"]: row for row in WorkItem.objects.filter(kind=kind).values(*COLUMNS)}
        derived = derive(work, things)
        wrong = {key for key in derived.keys() | kept.keys() if derived.get(key) != kept.get(key)}
        yield from ((kind, (derived.get(key) or kept[key])["object_id"]) for key in wrong)
