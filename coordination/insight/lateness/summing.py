"""Keeps the sums of late items: brings them from their position to now, with all that has changed since.

Changes are marked first, because what is committed while this runs is brought up to date the next time. A change is
committed together with what it notes, so a page that reads in one statement sees both or neither.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import F

from agencies.kernel import times
from agencies.kernel.counting import UNION, Compiled, compiled_pairs
from agencies.kernel.lookups import IsAmongFew
from agencies.kernel.work import atomic
from coordination.exchange.reminders.late import concerned, late_at_some_time

from . import counting
from .counting import CHANGES, FOR, FRESH, LABELLED, MOMENT, NOW, STEP, UNTIL, UNTIL_FRESH, WEEK, WITH_STEP
from .models import Change, Item, Position, Sum

# ruff: noqa: S608 - statements consist of our own names and of what Django compiled
TAKEN = f"{CHANGES} WHERE taken"
COLUMNS = "thing, about, case_of, debtor, resource, since, otherwise, is_kept"
ITEM = "thing_id, about_id, case_id, debtor_id, resource, step, since"
ROWS = f"{ITEM}, is_kept, is_own, label"
OWN = "EXISTS (SELECT 1 FROM few WHERE few.thing = late.thing AND few.agency = late.debtor AND NOT few.kept)"
DERIVED = (
    "few (thing, agency, kept) AS (SELECT DISTINCT thing, agency, kept FROM concerned),"
    f" derived ({ITEM}, is_kept, is_own) AS"
    f" (SELECT late.thing, about, case_of, debtor, resource, {STEP}, since, is_kept, {OWN} FROM {WITH_STEP}),"
    f" rows ({ROWS}) AS (SELECT {ITEM}, is_kept, is_own, '' FROM derived UNION ALL"
    f" SELECT {ITEM}, is_kept, is_own, label FROM derived JOIN {LABELLED} ON matter = case_id UNION ALL"
    f" SELECT {ITEM}, few.kept, is_own, '{FOR}' || few.agency FROM derived JOIN few ON few.thing = thing_id)"
)
ADD = """INSERT INTO late_sum (label, debtor_id, resource, step, number, fresh) {tables}
SELECT label, debtor_id, resource, step, SUM({number}), SUM({fresh}) FROM late_item WHERE NOT is_kept AND ({where})
GROUP BY 1, 2, 3, 4 ON CONFLICT (label, debtor_id, resource, step) DO UPDATE
SET number = late_sum.number + excluded.number, fresh = late_sum.fresh + excluded.fresh"""
LATE_THEN, FRESH_THEN = counting.is_late(UNTIL), counting.is_fresh(UNTIL, UNTIL_FRESH)
LATE_NOW, FRESH_NOW = counting.is_late(NOW), counting.is_fresh(NOW, FRESH)
ALL = "1 = 1"


def sum_up() -> int:
    """Brings the sums up to date. Returns how many changes were taken into account."""
    with atomic():
        position = _locked_position()
        taken = Change.objects.update(taken=True)
        if taken:
            changed = counting.is_of(TAKEN)
            _add(f"-({LATE_THEN})", f"-({FRESH_THEN})", changed)
            _run(f"DELETE FROM late_item WHERE {changed}")
            _insert(TAKEN)
            _add(LATE_THEN, FRESH_THEN, changed)
            Change.objects.filter(taken=True).delete()
        _move(position)
    return taken


def rebuild() -> int:
    """Derives all items and sums again. Returns the number of items, with their labels."""
    with atomic():
        position = _locked_position()
        Change.objects.update(taken=True)
        for model in (Item, Sum):
            model.objects.all().delete()
        _insert()
        _add(LATE_THEN, FRESH_THEN, ALL)
        Change.objects.filter(taken=True).delete()
        _move(position)
        return Item.objects.count()


def differing() -> int:
    """How many stored items and sums differ from derived ones. What has changed and waits is not compared."""
    unchanged = f"WHERE NOT {counting.is_of(CHANGES)}"
    tables = _tables()
    stored = f"SELECT {ROWS} FROM late_item {unchanged}"
    sums = "SELECT label, debtor_id, resource, step, number, fresh FROM late_sum WHERE number <> 0 OR fresh <> 0"
    counted = (
        f"SELECT label, debtor_id, resource, step, SUM({LATE_THEN}), SUM({FRESH_THEN}) FROM late_item"
        f" WHERE NOT is_kept AND since < {UNTIL} GROUP BY 1, 2, 3, 4"
    )
    items = _difference(f"WITH {tables.sql}, {DERIVED}", f"SELECT {ROWS} FROM rows {unchanged}", stored, tables.params)
    return items + _difference("", counted, sums)


def _difference(tables: str, one: str, other: str, params: Iterable[Any] = ()) -> int:
    """How many rows only one of two statements returns."""
    only = [f"SELECT * FROM ({left} EXCEPT {right}) AS few" for left, right in ((one, other), (other, one))]
    [[number]] = _run(f"{tables} SELECT COUNT(*) FROM ({' UNION ALL '.join(only)}) AS differing", params)
    return int(number)


def _locked_position() -> Position:
    now = times.now()
    Position.objects.get_or_create(pk=1, defaults={"until": now, "fresh_from": now - WEEK})
    return Position.objects.select_for_update().get(pk=1)


def _move(position: Position) -> None:
    """Moves the sums from their position to now."""
    now = times.now()
    moments = [connection.ops.adapt_datetimefield_value(one) for one in (now, now - WEEK)]
    number, fresh = f"{LATE_NOW} - {LATE_THEN}", f"{FRESH_NOW} - {FRESH_THEN}"
    _add(number, fresh, counting.between(NOW, FRESH), f"WITH {MOMENT}", moments)
    position.until, position.fresh_from = now, now - WEEK
    position.save()


def _add(number: str, fresh: str, where: str, tables: str = "", params: Iterable[Any] = ()) -> None:
    _run(ADD.format(number=number, fresh=fresh, where=where, tables=tables), params)


def _insert(ids: str = "") -> None:
    """Writes the items of these objects and cases, or all."""
    tables = _tables(ids)
    _run(
        f"INSERT INTO late_item ({ROWS}) WITH {tables.sql}, {DERIVED} SELECT {ROWS} FROM rows",
        tables.params,
    )


def _tables(ids: str = "") -> Compiled:
    def few(lists: Iterable[Any]) -> list[Any]:
        return [rows.filter(IsAmongFew("pk", counting.ids_about(rows, ids))) if ids else rows for rows in lists]

    late = counting.tables(COLUMNS, [_row(rows) for rows in few(late_at_some_time())])
    agencies = [compiled_pairs(rows.order_by()) for rows in few(concerned())]
    sql = f"{late.sql}, concerned (thing, agency, kept) AS ({UNION.join(one.sql for one in agencies)})"
    return Compiled(sql, (*late.params, *(value for one in agencies for value in one.params)))


def _row(rows: Any) -> Any:
    about = counting.about_of(rows)
    columns = (
        "pk",
        F(about),
        counting.matter_of(rows),
        "debtor_id",
        "resource",
        "late_since",
        counting.otherwise_of(rows),
        "is_kept",
    )
    return rows.order_by().values_list(*columns)


def _run(sql: str, params: Iterable[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall()) if cursor.description else []
