"""Roll-up cells: sums of the ledger by day and month, from which questions are answered.

Each row of the ledger counts in the cells of its agency and, if the centre counts it, in those of all agencies
together. The days of an agency have no cells by label, and those of several labels or of durations none at all, which
would hold hardly more than one row each: such questions read months, and the few days at their edges from the ledger.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import product
from operator import add
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from agencies.kernel.bulk import given, given_as
from agencies.kernel.measures import LATE, LATE_DRAFT, Label

from .models import Cell, Delta
from .registry import CROSSED, is_summed

ALWAYS = date(1970, 1, 1)  # `known` of the cells of a day, which hold all that is known now
DAY, MONTH, DURATIONS = "d", "m", "h"  # the last: months with each duration separately
EVERY = 0  # the agency of cells that hold what all agencies have, as the centre counts it
KEY = ("measure", "dimension", "grain", "agency_id", "at", "value", "known", "bucket")
SUMS = ("n", "amount", "own_n", "own_amount", "shared_n")
CHUNK = 5_000


class Row(NamedTuple):
    """A new row of the ledger, with its columns."""

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
    recorded_on: date
    restricted: bool
    n: int
    amount: int


_TABLE = Cell._meta.db_table
_TYPES = ("text", "text", "text", "bigint", "date", "text", "date", "int", *["bigint"] * len(SUMS))
_COLUMNS = dict(zip((*KEY, *SUMS), _TYPES, strict=True))
_NAMES = ", ".join(_COLUMNS)
# Both databases understand it; Django's own upsert can replace values but not add to them.
_ADD = (
    f"INSERT INTO {_TABLE} ({_NAMES}) %s SELECT {_NAMES} FROM given WHERE true"  # noqa: S608 - names of this module
    f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET "
    + ", ".join(f"{name} = {_TABLE}.{name} + excluded.{name}" for name in SUMS)
)


def roll_up(rows: Iterable[Row | Delta], *, times: int = 1) -> None:
    """Adds rows of the ledger to the cells; with -1 takes them out again."""
    found: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for row, n, amount in _together(rows, times):
        own = (0, 0, n, amount, n if row.shared else 0)
        if row.shared or row.restricted:
            _add(found, _keys(row, row.agency_id, _of_agency), own)
        else:
            _add(found, _keys(row, row.agency_id, _of_agency), (n, amount, *own[2:]))
            _add(found, _keys(row, EVERY, _of_centre), (n, amount, 0, 0, 0))
    # In the order of the index: neighbours are written together.
    changed = sorted((*key, *sums) for key, sums in found.items() if any(sums))
    with connection.cursor() as cursor:
        statement = _ADD % given(_COLUMNS)
        for start in range(0, len(changed), CHUNK):
            cursor.execute(statement, [given_as(changed[start : start + CHUNK])])


def _together(rows: Iterable[Row | Delta], times: int) -> Iterator[tuple[Row | Delta, int, int]]:
    """The rows that count in the same cells as one, with their sums."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        month = row.recorded_on.year, row.recorded_on.month
        same = (row.measure, row.labels, row.day, month, row.agency_id, row.bucket, row.shared, row.restricted)
        have = found.get(same)
        if have is None:
            found[same] = [row, row.n, row.amount]
        else:
            have[1] += row.n
            have[2] += row.amount
    return ((row, times * n, times * amount) for row, n, amount in found.values() if n or amount)


def _add(found: dict[tuple[Any, ...], tuple[int, ...]], keys: Iterable[tuple[Any, ...]], sums: tuple[int, ...]) -> None:
    for key in keys:
        have = found.get(key)
        found[key] = sums if have is None else tuple(map(add, have, sums))


def _keys(row: Row | Delta, agency_id: int, kept: Any) -> Iterator[tuple[Any, ...]]:
    """The keys of the cells that a row counts in at an agency, or at all of them together."""
    measure, times = row.measure, _times(row.day, row.recorded_on.replace(day=1))
    for dimension, value, grains in kept(measure, row.labels):
        for grain, at, known in times[grains]:
            yield measure, dimension, grain, agency_id, at, value, known, -1
        # What is late has the millisecond of its day, by which only the ledger divides.
        if row.bucket >= 0 and measure not in (LATE, LATE_DRAFT):
            _grain, at, known = times[MONTHS_ONLY][0]
            yield measure, dimension, DURATIONS, agency_id, at, value, known, row.bucket


@lru_cache(maxsize=10_000)
def _times(day: date, recorded: date) -> tuple[tuple[tuple[str, str, str], ...], ...]:
    """The grains with their days as text: that of months, then both."""
    month = (MONTH, day.replace(day=1).isoformat(), recorded.isoformat())
    return (month,), ((DAY, day.isoformat(), ALWAYS.isoformat()), month)


MONTHS_ONLY, WITH_DAYS = 0, 1


@lru_cache(maxsize=10_000)
def _of_agency(measure: str, text: str) -> tuple[tuple[str, str, int], ...]:
    return (("", "", WITH_DAYS), *((name, value, MONTHS_ONLY) for name, value in _summed(measure, text)))


@lru_cache(maxsize=10_000)
def _of_centre(measure: str, text: str) -> tuple[tuple[str, str, int], ...]:
    """The centre has combinations of labels too, where its pages ask for them."""
    labels = labels_in(text)
    crossed = [
        (crossing(zip(limits, values, strict=True), by), value, MONTHS_ONLY)
        for *limits, by in CROSSED.get(measure, ())
        for *values, value in product(*(_values(labels, one) for one in (*limits, by)))
    ]
    by_label = ((name, value, WITH_DAYS) for name, value in _summed(measure, text))
    return (("", "", WITH_DAYS), *by_label, *crossed)


def _summed(measure: str, text: str) -> Iterator[Label]:
    return (label for label in labels_in(text) if is_summed(measure, label[0]))


def _values(labels: Iterable[Label], dimension: str) -> list[str]:
    return [value for name, value in labels if name == dimension]


def crossing(limits: Iterable[Label], by: str) -> str:
    """The dimension of cells by one label of what has others, which are in order."""
    return "|".join([*(f"{name}={value}" for name, value in limits), by])


@lru_cache(maxsize=10_000)
def labels_in(text: str) -> tuple[Label, ...]:
    return tuple((name, value) for name, _sign, value in (part.partition("=") for part in text.split("|") if part))
