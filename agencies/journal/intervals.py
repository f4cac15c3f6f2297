"""Time in each state and on each desk: one function writes it as a thing moves, another counts it from the events.

Nothing is written when a thing begins to stay somewhere, only when it leaves: so no way of making a thing can forget
it, and what is written never changes unless the record itself is put right.
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
class Place:
    state: str
    desk: Desk

    @classmethod
    def of(cls, thing: Stateful) -> "Place | None":
        desk = thing.desk()
        return None if desk is None else cls(thing.state, desk)


def close_interval(
    thing: Stateful, left: Place | None, *, began: datetime | None, at: datetime, object_kind: str
) -> None:
    """Closes the stay that a thing left, if it went elsewhere. `began` holds where it has left nothing before.

    Called in the transaction that moves the thing, under its version: of several at once only one comes here, and the
    number is unique besides.
    """
    if left is None or left == Place.of(thing):
        return
    last = StateInterval.objects.filter(object_id=thing.pk).order_by("-number").first()
    entered_at = last.left_at if last else began or thing.created_at
    _interval(thing, object_kind, last.number + 1 if last else 1, left, entered_at, at).save()


def rebuild_intervals(thing: Stateful, object_kind: str) -> None:
    """Counts the stays of a thing anew from what stands of its events, after its record was put right."""
    if thing.desk() is None:
        return
    fresh = intervals_from_events(thing, object_kind)
    StateInterval.objects.filter(object_id=thing.pk).delete()
    StateInterval.objects.bulk_create(fresh)


def intervals_from_events(thing: Stateful, object_kind: str) -> list[StateInterval]:
    """What the stays of a thing must be, by its events alone and the row as it now stands."""
    intervals: list[StateInterval] = []
    began: datetime | None = None
    for before, after, at in _moves(thing, object_kind):
        began = began or _begun(thing, at if before is None else None)
        if before is not None and before != after:
            intervals.append(_interval(thing, object_kind, len(intervals) + 1, before, began, at))
            began = intervals[-1].left_at
    return intervals


def _begun(thing: Stateful, told: datetime | None) -> datetime:
    """A step of a referral is made without an event of its own; its first stay says when."""
    first = None if told else StateInterval.objects.filter(object_id=thing.pk, number=1).first()
    return told or (first.entered_at if first else thing.state_since or thing.created_at)


def _moves(thing: Stateful, object_kind: str) -> Iterator[tuple[Place | None, Place | None, datetime]]:
    """(before, after, when) of each event in the order of their recording; `before` is None where it began.

    An event keeps what stood in the columns before, so the row is walked back from today. What ended without an event
    of its own (a step of a referral) comes last.
    """
    events = _events(thing, object_kind)
    now = Place.of(thing)
    row, walked = copy(thing), list[tuple[Place | None, Place | None, datetime]]()
    if events and events[-1].to_state != thing.state:
        row.state = events[-1].to_state
        walked.append((Place.of(row), now, thing.state_since or events[-1].happened_at))
    for event in reversed(events):
        after = Place.of(row)
        _put_back(row, event)
        row.state = event.from_state
        walked.append((Place.of(row) if event.from_state else None, after, event.happened_at))
    return reversed(walked)


def _events(thing: Stateful, object_kind: str) -> list[Event]:
    """Those of the stream in which it began: an act on two streams is told in both."""
    told = Event.objects.filter(object_kind=object_kind, object_id=thing.pk).select_related("note")
    first = told.order_by("pk").first()
    kept = effective_events(told.filter(stream=first.stream_id)) if first else []
    return sorted((event for event in kept if event.to_state), key=lambda event: event.pk)


def _put_back(row: Any, event: Event) -> None:
    held = event.remark.data.get("was") if event.remark else None
    fields = {field.attname: field for field in row._meta.concrete_fields if isinstance(field, models.Field)}
    for name, value in (held if isinstance(held, dict) else {}).items():
        if name in fields:
            setattr(row, name, None if value is None else fields[name].to_python(value))


def _interval(
    thing: Stateful, kind: str, number: int, left: Place, entered_at: datetime, at: datetime
) -> StateInterval:
    return StateInterval(
        object_kind=kind, object_id=thing.pk, number=number, state=left.state, **asdict(left.desk),
        entered_at=entered_at, left_at=max(at, entered_at),
    )  # fmt: skip
