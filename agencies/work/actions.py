"""Writes work items: derives them from their objects, compares them with the stored rows and writes the difference."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from agencies.journal.models import Event
from agencies.kernel.work import NEVER, NO_PERSON, REGISTER, WIDER, DeskRow, Side, Touched, WorkRows, places

from .models import WorkItem

SPACE = UUID("6f2b7c1e-6a0e-4c39-9d3b-52b0c8a2f6d1")  # namespace of the ids; constant, so that a row keeps its id
CHUNK = 500
ON_DESKS = (Side.DOES, Side.AWAITS)  # sides whose rows hold the last actor and the priority
COLUMNS = [field.attname for field in WorkItem._meta.concrete_fields]
# The id is derived from the others, so they never change.
WRITTEN = [name for name in COLUMNS if name not in ("id", "kind", "object_id", "side", "agency_id", "person_id")]
OF_ROW = [field.name for field in fields(DeskRow)]
Rows = dict[UUID, dict[str, Any]]


def write(touched: Touched) -> None:
    """Writes the rows of all touched objects. Called before the transaction that changed them commits."""
    for kind, ids in _widened(touched).items():
        ordered = sorted(ids)
        for start in range(0, len(ordered), CHUNK):
            refresh(REGISTER[kind], ordered[start : start + CHUNK])


def _widened(touched: Touched) -> Touched:
    """Adds objects whose rows depend on touched ones, and leaves out kinds without rows."""
    wide: Touched = {kind: set(ids) for kind, ids in touched.items() if kind in REGISTER}
    for kind, wider in WIDER.items():
        if ids := touched.get(kind):
            for other, more in wider(ids).items():
                wide.setdefault(other, set()).update(more)
    # Always in the same order, so that two transactions cannot wait for each other.
    return {kind: wide[kind] for kind in sorted(wide) if wide[kind]}


def refresh(work: WorkRows, ids: list[UUID]) -> int:
    """Locks some objects of one kind, derives their rows and writes the difference. Returns how many rows were written
    or deleted."""
    locked = work.things().select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    kept, derived = stored_rows(work.kind, ids), derive(work, locked)
    changed = [WorkItem(**row) for key, row in derived.items() if row != kept.get(key)]
    gone = kept.keys() - derived.keys()
    _store(changed, gone)
    return len(changed) + len(gone)


def _store(changed: list[WorkItem], gone: Set[UUID]) -> None:
    if changed:
        WorkItem.objects.bulk_create(
            changed, batch_size=CHUNK, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
        )
    if gone:
        WorkItem.objects.filter(pk__in=gone).delete()


def stored_rows(kind: str, ids: Iterable[UUID]) -> Rows:
    return {row["id"]: row for row in WorkItem.objects.filter(kind=kind, object_id__in=ids).values(*COLUMNS)}


def derive(work: WorkRows, things: Iterable[Any]) -> Rows:
    """The rows that these objects must have, by id."""
    listed = [(thing.pk, row) for thing in things for row in work.rows(thing)]
    on_desks = {pk for pk, row in listed if row.side in ON_DESKS}
    placed = places(on_desks) if on_desks else {}
    acts = _acts(work.kind, on_desks) if on_desks else {}
    found = [_columns(work.kind, pk, row, placed, acts.get(pk, ())) for pk, row in listed]
    return {row["id"]: row for row in found}


class EventColumns(NamedTuple):
    """The columns of an event that rows store, or that decide who reads it."""

    object_id: UUID
    recorded_at: datetime
    actor_id: str
    agency_id: int | None
    visibility: str
    counterpart_id: int | None


def _columns(
    kind: str,
    pk: UUID,
    row: DeskRow,
    placed: Mapping[tuple[UUID, int], tuple[int | None, int]],
    acts: Iterable[EventColumns],
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


def _acts(kind: str, ids: set[UUID]) -> dict[UUID, list[EventColumns]]:
    """The acts on these objects, newest first."""
    acts: dict[UUID, list[EventColumns]] = defaultdict(list)
    events = Event.objects.filter(object_id__in=ids, object_kind=kind).order_by("-id")
    for act in events.values_list(*EventColumns._fields):
        acts[act[0]].append(EventColumns(*act))
    return acts


OPEN = {Event.Visibility.CASE, Event.Visibility.STATUS}


def _newest(acts: Iterable[EventColumns], agency_id: int) -> tuple[datetime | None, str, datetime | None]:
    """The time and actor of the newest act that the agency may read, and the time of the newest act of another person.

    The same rule as `EventQuerySet.readable_by_agency`.
    """
    at, by = None, ""
    for act in acts:
        received = act.visibility == Event.Visibility.PAIR and act.counterpart_id == agency_id
        if act.visibility not in OPEN and act.agency_id != agency_id and not received:
            continue
        if at is None:
            at, by = act.recorded_at, act.actor_id
        elif act.actor_id != by:
            return at, by, act.recorded_at
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
