"""The objects of a matter as the record had them at the end of an earlier day, from its journal.

When the ledger first reads a matter, it derives the facts of each day on which something of it was recorded, so that
the answer for a past day does not depend on when the ledger was built. Each event holds the values that it replaced;
these are put back, the latest first. Parts and moments that were recorded later are left out.

Events also name a part of their object that they changed, such as an item (`part`). What rows hold and not events is
put back by the resource (`Measures.put_back`). Not known are shares that have ended, and labels of the whole matter:
they are those of the present record.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField

from agencies.journal.models import ANNUL, CORRECT, Event, effective_events
from agencies.journal.transitions import part_key
from agencies.kernel.copies import copy_of
from agencies.kernel.measures import day_of, moves

NOT_TAKEN_BACK = {"version", "created_at", "updated_at"}
KEPT = {"created_at", "updated_at", "due_at", "breach_at", "warn_by"}  # not moments of the subject


class Past:
    """The journal of one matter."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = sorted(events, key=lambda event: event.pk)
        self.on = {event.pk: day_of(event.recorded_at) for event in self.events}
        self.of_object: dict[UUID, list[Event]] = {}
        self.known: dict[datetime, date] = {}  # a moment, and the day on which an event recorded it first
        self.corrected: dict[datetime, datetime] = {}  # a moment, and the one that a correction replaced by it
        for event in self.events:
            self.of_object.setdefault(event.object_id, []).append(event)
            self.known.setdefault(event.happened_at, self.on[event.pk])
            if event.verb == CORRECT and (before := _corrected(event)) != event.happened_at:
                self.corrected[event.happened_at] = before

    def days_of(self, thing: Any, today: date, *, every: bool) -> list[date]:
        """The days on which something of the object was recorded, in order. `every`: all days of the matter."""
        listed = self.events if every else self.of_object.get(thing.pk, [])
        days = {self.on[event.pk] for event in listed}
        days |= {
            self.on[event.pk]
            for row in (*_parts(thing), *_joined(thing))
            for event in self.of_part.get(part_key(row), [])
        }
        for row in (thing, *_parts(thing)):
            days |= {self._recorded(row, name) for name in _moments(row.__class__) if getattr(row, name) is not None}
            if created := _created(row):
                days.add(created)
        begun = day_of(thing.created_at)
        return sorted({min(max(day, begun), today) for day in days | {begun}})

    def history(self, thing: Any, day: date | None = None) -> list[Event]:
        """The effective events of the object, as recorded by the end of the day (None: now)."""
        own = self.of_object.get(thing.pk, [])
        return effective_events(own if day is None else [one for one in own if self.on[one.pk] <= day])

    @cached_property
    def of_part(self) -> dict[str, list[Event]]:
        """The events that changed a part of an object, by its id."""
        found: dict[str, list[Event]] = {}
        for event in self.events:
            if event.remark and (part := event.remark.data.get("part")):
                found.setdefault(part, []).append(event)
        return found

    def until(self, day: date) -> list[Event]:
        return [event for event in self.events if self.on[event.pk] <= day]

    def then(self, thing: Any, day: date, put_back: Callable[[Any, date], None] = lambda thing, day: None) -> Any:
        """A copy of the object as it was at the end of the day. `put_back`: see `Measures`."""
        was = copy_of(thing)
        put_back(was, day)
        later = [event for event in self.of_object.get(thing.pk, []) if self.on[event.pk] > day]
        for event in reversed(later):
            _take_back(was, event)
        if hasattr(was, "state"):
            self._reached(was, day, is_changed=any(_concerns_state(event) for event in later))
        self._leave_out(was, day)
        for name, row in was._state.fields_cache.items():
            was._state.fields_cache[name] = (
                self._part_then(row, day) if row is not None and part_key(row) in self.of_part else row
            )
        parts = getattr(thing, "_prefetched_objects_cache", {})
        was._prefetched_objects_cache = {
            name: self._parts_then(rows, self._gone(thing, name, day), day) for name, rows in parts.items()
        }
        return was

    def _reached(self, was: Any, day: date, *, is_changed: bool) -> None:
        """State and beginning, where later events changed them, of other objects too."""
        if not is_changed and self._recorded(was, "state_since") <= day:
            return
        entered = moves(self.history(was, day))
        if not is_changed:  # an act on another object, such as the step of a referral that ended its task
            default = was._meta.get_field("state").get_default()
            was.state = entered[-1].to_state if entered else default or was.state
        was.state_since = entered[-1].happened_at if entered else was.created_at

    def _gone(self, thing: Any, name: str, day: date) -> Iterator[dict[str, Any]]:
        """The values of rows of a relation that an annulment deleted after the day."""
        for event in self.of_object.get(thing.pk, []):
            data = event.remark.data if event.verb == ANNUL and event.remark else {}
            if data.get("part_of") == name and self.on[event.pk] > day:
                yield data["part_was"]

    def _parts_then(self, rows: Any, gone: Iterable[Mapping[str, Any]], day: date) -> Any:
        kept = rows.__class__.__new__(rows.__class__)  # `all` copies its query too, which takes ten times as long
        kept.__dict__.update(rows.__dict__)
        deleted = [_write(rows.model(), values) for values in gone]
        standing = [row for row in (*rows, *deleted) if (_created(row) or day) <= day]
        kept._result_cache = [self._part_then(row, day) for row in standing]
        kept._prefetch_done = True
        return kept

    def _part_then(self, row: Any, day: date) -> Any:
        """A part may be an object with events of its own, such as a referral of a case."""
        was = copy_of(row)
        for event in reversed(self.of_part.get(part_key(row), [])):
            if self.on[event.pk] > day and event.remark:
                _write(was, event.remark.data["part_was"])
        for event in reversed(self.of_object.get(row.pk, [])):
            if self.on[event.pk] > day:
                _take_back(was, event)
        self._leave_out(was, day)
        return was

    def _leave_out(self, row: Any, day: date) -> None:
        for name in _moments(row.__class__):
            if name != "state_since":
                setattr(row, name, self._before(row, name, day))

    def _before(self, row: Any, name: str, day: date) -> datetime | None:
        """The moment as it was known, before it was corrected."""
        passed = set[datetime]()
        moment: datetime | None = getattr(row, name)
        while moment is not None and (self.known.get(moment) or day_of(moment)) > day:
            passed.add(moment)
            moment = self.corrected.get(moment)
            moment = None if moment in passed else moment
        return moment

    def _recorded(self, row: Any, name: str) -> date:
        """When a moment was recorded. One that no event names was recorded on its day."""
        moment = getattr(row, name) or row.created_at
        return self.known.get(moment) or day_of(moment)


@cache
def _times(model: Any) -> list[str]:
    fields = [one for one in model._meta.concrete_fields if isinstance(one, DateTimeField)]
    return [one.name for one in fields if one.name not in KEPT]


@cache
def _moments(model: Any) -> list[str]:
    """The times that an object may not have yet."""
    return [name for name in _times(model) if model._meta.get_field(name).null]


def _parts(thing: Any) -> Iterator[Any]:
    for rows in getattr(thing, "_prefetched_objects_cache", {}).values():
        yield from rows


def _joined(thing: Any) -> Iterator[Any]:
    """Objects read with this one that may be parts of another, such as the item of a lot."""
    yield from (row for row in thing._state.fields_cache.values() if row is not None)


def _write(row: Any, values: Mapping[str, Any]) -> Any:
    """Sets the columns from their text. Returns the row."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    for name, value in values.items():
        if name in fields and name not in NOT_TAKEN_BACK:
            setattr(row, name, None if value is None else fields[name].to_python(value))
    return row


def _created(row: Any) -> date | None:
    moment = getattr(row, "created_at", None) or getattr(row, "recorded_at", None)
    return day_of(moment) if moment else None


def _concerns_state(event: Event) -> bool:
    return event.from_state != event.to_state or event.refers_to_id is not None


def _corrected(event: Event) -> Any:
    """The moment that a correction replaced; its own once its note was erased."""
    text = event.remark.data.get("was") if event.remark else None
    return DateTimeField().to_python(text) if text else event.happened_at


def _take_back(row: Any, event: Event) -> None:
    """Puts back what the event changed in the columns of its object."""
    data = event.remark.data if event.remark else {}
    if event.from_state and event.from_state != event.to_state:
        row.state = event.from_state
    _write(row, data.get("before" if event.verb in (CORRECT, ANNUL) else "was") or {})
