"""Time in each state with each holder. One function writes intervals at transitions, another derives them from events.

An interval is written only when it closes. No way of creating an object can therefore forget it, and a written interval
changes only when the record is corrected.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import models

from agencies.kernel.records import Desk, Stateful

from .models import Event, StateInterval, effective_events


@dataclass(frozen=True)
class StateAtDesk:
    state: str
    desk: Desk

    @classmethod
    def of(cls, thing: Stateful) -> "StateAtDesk | None":
        desk = thing.desk()
        return None if desk is None else cls(thing.state, desk)


def close_interval(
    thing: Stateful, left: StateAtDesk | None, *, began: datetime | None, at: datetime, object_kind: str
) -> None:
    """Writes the interval an object has left, if state or holder changed. `began` is used if it is the first interval.

    Called in the transaction of the transition, under the object's version. Of several concurrent writers only one gets
    here, and the number is unique besides.
    """
    if left is None or left == StateAtDesk.of(thing):
        return
    last = StateInterval.objects.filter(object_id=thing.pk).order_by("-number").first()
    entered_at = last.left_at if last else began or thing.created_at
    _interval(thing, object_kind, last.number + 1 if last else 1, left, entered_at, at).save(force_insert=True)


def rebuild_intervals(thing: Stateful, object_kind: str) -> None:
    """Recomputes the intervals of an object from its effective events, after a correction of the record."""
    if thing.desk() is None:
        return
    intervals = intervals_from_events(thing, object_kind)
    StateInterval.objects.filter(object_id=thing.pk).delete()
    StateInterval.objects.bulk_create(intervals)


def intervals_from_events(thing: Stateful, object_kind: str) -> list[StateInterval]:
    """Returns the intervals of an object as derived from its events and its present row."""
    intervals: list[StateInterval] = []
    began: datetime | None = None
    for before, after, at in _placements(thing, object_kind):
        began = began or _began_at(thing, at if before is None else None)
        if before is not None and before != after:
            intervals.append(_interval(thing, object_kind, len(intervals) + 1, before, began, at))
            began = intervals[-1].left_at
    return intervals


def _began_at(thing: Stateful, known: datetime | None) -> datetime:
    """Returns when the first interval began. A referral step has no event of its own, so its first interval says."""
    first = None if known else StateInterval.objects.filter(object_id=thing.pk, number=1).first()
    return known or (first.entered_at if first else thing.state_since or thing.created_at)


def _placements(thing: Stateful, object_kind: str) -> Iterator[tuple[StateAtDesk | None, StateAtDesk | None, datetime]]:
    """Yields (before, after, time) per event in recording order; `before` is None at creation.

    An event holds the previous values of the columns, so the row is walked back from its present state. A change
    without its own event (a referral step) comes last.
    """
    events = _events(thing, object_kind)
    now = StateAtDesk.of(thing)
    row, placements = copy(thing), list[tuple[StateAtDesk | None, StateAtDesk | None, datetime]]()
    if events and events[-1].to_state != thing.state:
        row.state = events[-1].to_state
        placements.append((StateAtDesk.of(row), now, thing.state_since or events[-1].happened_at))
    for event in reversed(events):
        after = StateAtDesk.of(row)
        _restore(row, event)
        row.state = event.from_state
        placements.append((StateAtDesk.of(row) if event.from_state else None, after, event.happened_at))
    return reversed(placements)


def _events(thing: Stateful, object_kind: str) -> list[Event]:
    """Returns the effective events of the stream in which the object was created.

    An act on two streams is recorded in both.
    """
    events = Event.objects.filter(object_kind=object_kind, object_id=thing.pk).select_related("note")
    first = events.order_by("pk").first()
    effective = effective_events(events.filter(stream=first.stream_id)) if first else []
    return sorted((event for event in effective if event.to_state), key=lambda event: event.pk)


def _restore(row: Any, event: Event) -> None:
    previous = event.remark.data.get("was") if event.remark else None
    fields = {field.attname: field for field in row._meta.concrete_fields if isinstance(field, models.Field)}
    for name, value in (previous if isinstance(previous, dict) else {}).items():
        if name in fields:
            setattr(row, name, None if value is None else fields[name].to_python(value))


def _interval(
    thing: Stateful, kind: str, number: int, left: StateAtDesk, entered_at: datetime, at: datetime
) -> StateInterval:
    return StateInterval(
        object_kind=kind,
        object_id=thing.pk,
        number=number,
        state=left.state,
        **asdict(left.desk),
        entered_at=entered_at,
        left_at=max(at, entered_at),
    )
