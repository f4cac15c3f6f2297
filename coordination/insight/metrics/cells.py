"""Roll-up cells: sums of the ledger by day and month, from which questions are answered.

Each row of the ledger counts in the cells of its agency and, if the centre counts it, in those of all agencies
together. The days of an agency have no cells by label, and those of several labels or of durations none at all, which
would hold hardly more than one row each: such questions read months, and the few days at their edges from the ledger.
Only measures that pages ask for many days of (`registry.DAILY`) have both.

The database multiplies rows by their labels and adds them up: there are ten times as many cells as rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from agencies.kernel.bulk import given, given_as
from agencies.kernel.measures import LATE, Label, counted_in

from .models import Cell, Delta
from .registry import CROSSED, DAILY, OWN, is_summed

ALWAYS = date(1970, 1, 1)  # `known` of the cells of a day, which hold all that is known now
DAY, MONTH, DURATIONS = "d", "m", "h"  # the last: months with each duration separately
EVERY = 0  # the agency of cells that hold what all agencies have, as the centre counts it
KEY = ("place", "agency_id", "at", "value", "known", "bucket")
SUMS = ("n", "amount", "own_n", "own_amount", "shared_n")
CHUNK = 2_000  # rows for each statement: their cells are sorted in memory


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


def place_of(measure: str, dimension: str, grain: str) -> int:
    """What cells have instead of these texts: their index is smaller. The chance that any two of
    100,000 have the same is below 10^-8."""
    return _code("measure", measure) + _code("dimension", dimension) + _code("grain", grain)


@lru_cache(maxsize=10_000)
def _code(part: str, text: str) -> int:
    """61 bits, so that three of them can be added up by the database."""
    return int.from_bytes(blake2b(f"{part}:{text}".encode(), digest_size=8).digest(), "big") >> 3


_TABLE = Cell._meta.db_table
_ROWS = {
    **{"labels": "int", "measure": "bigint", "agency_id": "bigint", "day": "date", "month": "date", "known": "date"},
    **{"bucket": "int", "n": "int", "amount": "bigint", "is_shared": "int", "is_counted": "int"},
}
_LABELS = {"labels": "int", "central": "int", "dimension": "bigint", "value": "text", "has_days": "int"}
_GRAINS = " UNION ALL ".join(
    f"SELECT '{one}' AS grain, {_code('grain', one)} AS code" for one in (DAY, MONTH, DURATIONS)
)
_NAMES = ", ".join((*KEY, *SUMS))
# Both databases understand it; Django's own upsert can replace values but not add to them. In the order of the index:
# neighbours are written together.
_ADD = f"""
INSERT INTO {_TABLE} ({_NAMES}) %s
SELECT {_NAMES} FROM (
 SELECT r.measure + l.dimension + g.code AS place, l.value AS value,
  CASE WHEN l.central = 1 THEN {EVERY} ELSE r.agency_id END AS agency_id,
  CASE WHEN g.grain = '{DAY}' THEN r.day ELSE r.month END AS at,
  CASE WHEN g.grain = '{DAY}' THEN '{ALWAYS}' ELSE r.known END AS known,
  CASE WHEN g.grain = '{DURATIONS}' THEN r.bucket ELSE -1 END AS bucket,
  CAST(SUM(r.is_counted * r.n) AS bigint) AS n, CAST(SUM(r.is_counted * r.amount) AS bigint) AS amount,
  CAST(SUM((1 - l.central) * r.n) AS bigint) AS own_n, CAST(SUM((1 - l.central) * r.amount) AS bigint) AS own_amount,
  CAST(SUM((1 - l.central) * r.is_shared * r.n) AS bigint) AS shared_n
 FROM given r JOIN labels l ON l.labels = r.labels AND l.central <= r.is_counted JOIN ({_GRAINS}) g
  ON CASE g.grain WHEN '{DAY}' THEN l.has_days = 1 WHEN '{DURATIONS}' THEN r.bucket >= 0 ELSE true END
 GROUP BY 1, 3, 4, 2, 5, 6
) summed
WHERE {" OR ".join(f"{name} <> 0" for name in SUMS)}
ORDER BY {", ".join(KEY)}
ON CONFLICT ({", ".join(KEY)}) DO UPDATE SET {", ".join(f"{one} = {_TABLE}.{one} + excluded.{one}" for one in SUMS)}
"""  # noqa: S608 - names of this module


def roll_up(rows: Iterable[Row | Delta], *, times: int = 1) -> None:
    """Adds rows of the ledger to the cells; with -1 takes them out again."""
    together = sorted(_together(rows, times), key=lambda one: one[0].measure)
    statement = _ADD % given(_ROWS, labels=_LABELS)
    with connection.cursor() as cursor:
        for start in range(0, len(together), CHUNK):
            cursor.execute(statement, _parameters(together[start : start + CHUNK]))


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


def _parameters(rows: Sequence[tuple[Row | Delta, int, int]]) -> list[str]:
    """The rows, and the labels of each combination that they have."""
    numbers, listed, labels = dict[tuple[str, str], int](), list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for row, n, amount in rows:
        kept = _divided_like(row.measure), row.labels
        number = numbers.get(kept)
        if number is None:
            number = numbers[kept] = len(numbers)
            labels += [(number, *label) for label in _kept(*kept)]
        # What is late has the millisecond of its day, by which only the ledger divides.
        bucket = -1 if counted_in(row.measure) == LATE else row.bucket
        listed.append(
            (
                *(number, _code("measure", row.measure), row.agency_id, *_days(row.day, row.recorded_on), bucket),
                *(n, amount, int(row.shared), int(not (row.shared or row.restricted))),
            )
        )
    return [given_as(listed), given_as(labels)]


@lru_cache(maxsize=10_000)
def _days(day: date, recorded: date) -> tuple[str, str, str]:
    """The day, its month, and the month in which it was recorded, as text."""
    return day.isoformat(), day.replace(day=1).isoformat(), recorded.replace(day=1).isoformat()


@cache
def _divided_like(measure: str) -> str:
    """The first measure of which cells hold the same labels."""
    return next(one for one in (*CROSSED, *DAILY, *OWN, measure) if _division(one) == _division(measure))


def _division(measure: str) -> tuple[Any, ...]:
    return CROSSED.get(measure), measure in DAILY, measure in OWN


@lru_cache(maxsize=10_000)
def _kept(measure: str, text: str) -> tuple[tuple[int, int, str, int], ...]:
    """The cells that a row with these labels counts in: whether as the centre counts, the code of the dimension, the
    value, and whether there are cells of days."""
    labels, is_daily = labels_in(text), int(measure in DAILY)
    summed = [label for label in labels if is_summed(measure, label[0])]
    crossed = [
        (crossing(zip(limits, values, strict=True), by), value)
        for *limits, by in CROSSED.get(measure, ())
        for *values, value in product(*(_values(labels, one) for one in (*limits, by)))
    ]
    found = []
    for central in (0,) if measure in OWN else (0, 1):
        found += [(central, "", "", 1), *((central, *one, central or is_daily) for one in summed)]
        found += [(central, *one, is_daily) for one in crossed]
    return tuple((central, _code("dimension", name), value, has_days) for central, name, value, has_days in found)


def _values(labels: Iterable[Label], dimension: str) -> list[str]:
    return [value for name, value in labels if name == dimension]


def crossing(limits: Iterable[Label], by: str) -> str:
    """The dimension of cells by one label of what has others, which are in order."""
    return "|".join([*(f"{name}={value}" for name, value in limits), by])


@lru_cache(maxsize=10_000)
def labels_in(text: str) -> tuple[Label, ...]:
    return tuple((name, value) for name, _sign, value in (part.partition("=") for part in text.split("|") if part))
