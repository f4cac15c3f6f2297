"""Roll-up cells: sums of the ledger by day and month, from which questions are answered."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection

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
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(SUMS))
    for row in rows:
        sums = [times * one for one in _sums(row)]
        for key in _cells(row):
            have = found[key]
            for place, one in enumerate(sums):
                have[place] += one
    changed = [(*key, *sums) for key, sums in found.items() if any(sums)]  # one writer at a time: no order is needed
    with connection.cursor() as cursor:
        for start in range(0, len(changed), CHUNK):
            cursor.executemany(_ADD, changed[start : start + CHUNK])


def _sums(row: Delta) -> tuple[int, ...]:
    central = not row.shared and not row.restricted
    n, amount = (row.n, row.amount) if central else (0, 0)
    return n, amount, row.n, row.amount, row.n if row.shared else 0


def _cells(row: Delta) -> Iterator[tuple[Any, ...]]:
    month, recorded = row.day.replace(day=1), row.recorded_on.replace(day=1)
    values = [("", ""), *(tuple(part.split("=", 1)) for part in row.labels.split("|") if part)]
    for dimension, value in values:
        for grain, at, known in ((DAY, row.day, ALWAYS), (MONTH, month, ALWAYS), (KNOWN, month, recorded)):
            yield row.measure, dimension, grain, at, known, value, row.agency_id, row.bucket
