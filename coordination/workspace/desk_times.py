"""How long an object was on each desk, as far as the reader may know: “with customs 2 d 3 h”."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from agencies.journal.models import StateInterval
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk, Stateful
from agencies.organisations.models import Agency, agencies_by_id
from agencies.people.models import User

from .deadlines import span


@dataclass(frozen=True)
class DeskTime:
    """`person` is shown only within their own agency; `now`: the object is here at present."""

    agency: Agency
    person: User | None
    length: str
    now: bool


def desk_times(thing: Stateful, reader: Actor, *, persons: bool = True) -> list[DeskTime]:
    """Desks in the order first reached; at most two queries. Without `persons`, agencies only."""
    lengths: dict[Desk, timedelta] = {}
    current: Desk | None = None
    for desk, entered_at, left_at, lies in _known(thing, reader):
        shown = Desk(desk.agency_id, None, desk.person_id if persons and desk.agency_id == reader.agency_id else None)
        lengths[shown] = lengths.get(shown, timedelta()) + (left_at - entered_at)
        current = shown if lies else current
    agencies = agencies_by_id({desk.agency_id for desk in lengths if desk.agency_id})
    people = _people({desk.person_id for desk in lengths if desk.person_id}, thing, "assignee", "officer", "handler")
    return [
        DeskTime(agencies[desk.agency_id], _named(people, desk.person_id), span(length), desk == current)
        for desk, length in lengths.items()
        if desk.agency_id
    ]


def _people(wanted: set[UUID], thing: Any, *near: str) -> dict[UUID, User]:
    """People by id; those already loaded need no query."""
    known = {pk: getattr(thing, name) for name in near if (pk := getattr(thing, f"{name}_id", None)) in wanted}
    return known | (User.objects.in_bulk(wanted - known.keys()) if wanted - known.keys() else {})


def _named(people: dict[UUID, User], pk: UUID | None) -> User | None:
    return people.get(pk) if pk else None


def _known(thing: Any, reader: Actor) -> list[tuple[Desk, datetime, datetime, bool]]:
    """(desk, from, until, current)."""
    intervals = list(StateInterval.objects.filter(object_id=thing.pk).order_by("number"))
    known = [(interval.desk, interval.entered_at, interval.left_at, False) for interval in intervals]
    ended = thing.state in getattr(type(thing), "ENDED", ()) or not getattr(thing, "is_open", True)
    now, desk = times.now(), thing.desk()
    if desk is not None and not ended:
        since = intervals[-1].left_at if intervals else thing.state_since or thing.created_at
        known.append((desk, since, max(now, since), True))
    if first := thing.known_from(reader.agency_id):
        known = [(desk, max(begin, first), end, lies) for desk, begin, end, lies in known if end > first]
    return known
