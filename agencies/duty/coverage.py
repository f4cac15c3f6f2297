"""Gaps and overlaps of a roster. Pure arithmetic over shifts."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from agencies.organisations.models import Agency
from agencies.people.models import User

from .models import Shift


@dataclass(frozen=True)
class CoverageFault:
    """A period in which a desk has no person on duty (`people` is empty) or more than one."""

    desk: Agency
    on_call: bool
    starts_at: datetime
    ends_at: datetime
    people: tuple[User, ...]


def find_flaws(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[CoverageFault]:
    """Returns the flaws of every desk in these shifts between `start` and `end`.

    Desk duty and on-call duty are checked separately.
    """
    rosters: dict[tuple[int, bool], list[Shift]] = {}
    for shift in shifts:
        rosters.setdefault((shift.desk_id, shift.on_call), []).append(shift)
    found = [flaw for roster in rosters.values() for flaw in _flaws_of(roster, start, end)]
    return sorted(found, key=lambda flaw: (flaw.starts_at, flaw.desk.pk, flaw.on_call))


def _flaws_of(roster: list[Shift], start: datetime, end: datetime) -> Iterator[CoverageFault]:
    """Checks one roster. Between two neighbouring starts or ends of shifts the people on duty do not change."""
    moments = {start, end} | {moment for shift in roster for moment in (shift.starts_at, shift.ends_at)}
    inside = sorted(moment for moment in moments if start <= moment <= end)
    open_flaw: CoverageFault | None = None
    for since, until in itertools.pairwise(inside):
        present = tuple(shift.person for shift in roster if shift.starts_at <= since and shift.ends_at >= until)
        if open_flaw and open_flaw.people == present:
            open_flaw = CoverageFault(open_flaw.desk, open_flaw.on_call, open_flaw.starts_at, until, present)
            continue
        if open_flaw:
            yield open_flaw
        flawed = len(present) != 1
        open_flaw = CoverageFault(roster[0].desk, roster[0].on_call, since, until, present) if flawed else None
    if open_flaw:
        yield open_flaw
