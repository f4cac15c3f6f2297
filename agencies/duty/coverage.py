"""Where a roster leaves a desk empty, and where it names two: pure arithmetic over shifts."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from agencies.organisations.models import Agency
from agencies.people.models import User

from .models import Shift


@dataclass(frozen=True)
class Flaw:
    """A stretch of time in which a desk has nobody (`people` is empty) or more than one person."""

    desk: Agency
    on_call: bool
    starts_at: datetime
    ends_at: datetime
    people: tuple[User, ...]


def find_flaws(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[Flaw]:
    """Of every desk that these shifts name, between start and end. Desk and on-call approver are looked at apart."""
    rosters: dict[tuple[int, bool], list[Shift]] = {}
    for shift in shifts:
        rosters.setdefault((shift.desk_id, shift.on_call), []).append(shift)
    found = [flaw for roster in rosters.values() for flaw in _flaws_of(roster, start, end)]
    return sorted(found, key=lambda flaw: (flaw.starts_at, flaw.desk.pk, flaw.on_call))


def _flaws_of(roster: list[Shift], start: datetime, end: datetime) -> Iterator[Flaw]:
    """Between two neighbouring moments at which anybody comes or goes, the same people are there throughout."""
    moments = {start, end} | {moment for shift in roster for moment in (shift.starts_at, shift.ends_at)}
    inside = sorted(moment for moment in moments if start <= moment <= end)
    open_flaw: Flaw | None = None
    for since, until in itertools.pairwise(inside):
        there = tuple(shift.person for shift in roster if shift.starts_at <= since and shift.ends_at >= until)
        if open_flaw and open_flaw.people == there:
            open_flaw = Flaw(open_flaw.desk, open_flaw.on_call, open_flaw.starts_at, until, there)
            continue
        if open_flaw:
            yield open_flaw
        flawed = len(there) != 1
        open_flaw = Flaw(roster[0].desk, roster[0].on_call, since, until, there) if flawed else None
    if open_flaw:
        yield open_flaw
