"""Roll-up cells: sums of the ledger by day and month, from which questions are answered."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from operator import add
from typing import Any

from django.db import connection

from agencies.kernel.measures import Label

from .models import Cell, Delta

ALWAYS = date(1970, 1, 1)  # `known` of cells that hold all that is known now
DAY, MONTH, KNOWN = "d", "m", "k"
KEY = ("measure", "dimension", "grain", "at", "known", "value", "agency_id", "bucket")
SUMS = ("n", "amount", "own_n", "own_amount", "shared_n")
CHUNK = 1_000

_TABLE = Cell._meta.db_table
# Both databases understand it; Django's own upsert can replace values but not add to them.
_ADD = (
    f"INSERT INTO {_TABLE} ({', '.join((*KEY, *SUMS))})"  # noqa: S608 - names of this module
    f" VALUES ({', '.join(['%s'] * len((*KEY, *SUMS)))})"
    f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET "
    + ", ".join(f"{name} = {_TABLE}.{name} + excluded.{name}" for name in SUMS)
)


def roll_up(rows: Iterable[Delta], *, times: int = 1) -> None:
    """Adds rows of the ledger to the cells; with -1 takes them out again."""
    found: dict[tuple[Any, ...], tuple[int, ...]] = {}
    stored = cache(connection.ops.adapt_datefield_value)
    for row in rows:
        sums = tuple(times * one for one in _sums(row))
        for key in _cells(row, stored):
            have = found.get(key)
            found[key] = sums if have is None else tuple(map(add, have, sums))
    # In the order of the index: neighbours are written together.
    changed = sorted((*key, *sums) for key, sums in found.items() if any(sums))
    with connection.cursor() as cursor:
        for start in range(0, len(changed), CHUNK):
            cursor.executemany(_ADD, changed[start : start + CHUNK])


def _sums(row: Delta) -> tuple[int, ...]:
    central = not row.shared and not row.restricted
    n, amount = (row.n, row.amount) if central else (0, 0)
    return n, amount, row.n, row.amount, row.n if row.shared else 0


def _cells(row: Delta, stored: Callable[[date], Any]) -> Iterator[tuple[Any, ...]]:
    """The keys of the cells that a row counts in. `stored` gives a day as the database takes it."""
    month, recorded = stored(row.day.replace(day=1)), stored(row.recorded_on.replace(day=1))
    times = ((DAY, stored(row.day), stored(ALWAYS)), (MONTH, month, stored(ALWAYS)), (KNOWN, month, recorded))
    for dimension, value in (("", ""), *labels_in(row.labels)):
        for grain, at, known in times:
            yield row.measure, dimension, grain, at, known, value, row.agency_id, row.bucket


@lru_cache(maxsize=10_000)
def labels_in(text: str) -> tuple[Label, ...]:
    return tuple((name, value) for name, _sign, value in (part.partition("=") for part in text.split("|") if part))
