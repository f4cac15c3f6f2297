"""How many items are late, by agency and missing step, as of this moment.

A reader of the centre counts the sums, moved from their position to now, less what has changed since, and then one by
one: what has changed, what is kept from the centre, and requests other than tasks, which are few. All is one statement,
so that it sees one state. Others count their own items one by one.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, CharField, Exists, F, Func, OuterRef, QuerySet, Value, When
from django.db.models import Case as Which
from django.db.models.functions import Concat

from agencies.kernel.actor import Actor
from agencies.kernel.counting import UNION, Compiled, Moment, compiled_pairs, reading, rows_of
from agencies.kernel.lookups import IsAmongFew, among_few
from agencies.kernel.work import Side
from agencies.work.models import WorkItem
from coordination.exchange.reminders.late import CLOCK, CONFERENCE, KINDS, LEAD, TASK, late_to_count
from coordination.workspace.lateness import FREE, RETURNED

from .models import Item

CLOCKS, TASKS = KINDS[CLOCK].model, KINDS[TASK].model
WEEK = timedelta(days=7)
RULE = "rule"
SINCE = reading(Item._meta.get_field("since"))
CHANGES = "SELECT key FROM late_change"
CHANGED = "SELECT key FROM changed"  # the same, read once for a statement with ONCE
ONCE = "changed (key) AS (SELECT DISTINCT key FROM late_change)"

# The missing step of an item is that of its open work item. The ORM cannot join them.
TABLES = "late ({columns}) AS ({late}), item (object_id, kind, state, returned, free) AS ({items})"
WITH_STEP = "late LEFT JOIN item ON item.object_id = about"
STEP = (
    "CASE WHEN item.kind IS NULL THEN otherwise ELSE item.kind || ' ' || item.state || ' ' ||"
    f" CASE WHEN item.returned THEN '{RETURNED}' WHEN item.free THEN '{FREE}' ELSE '' END END"
)
MOMENT = "moment (now, fresh_from) AS (SELECT %s, %s)"
NOW, FRESH = "(SELECT now FROM moment)", "(SELECT fresh_from FROM moment)"
UNTIL, UNTIL_FRESH = "(SELECT until FROM late_position)", "(SELECT fresh_from FROM late_position)"


def is_late(now: str) -> str:
    """1 for an item that is late at this time, in SQL."""
    return f"CASE WHEN since < {now} THEN 1 ELSE 0 END"


def is_fresh(now: str, fresh_from: str) -> str:
    return f"CASE WHEN since < {now} AND since >= {fresh_from} THEN 1 ELSE 0 END"


def between(now: str, fresh_from: str) -> str:
    """Items of which one of the two differs between the position and this time, whichever is later."""
    ends = ((UNTIL, now), (now, UNTIL), (UNTIL_FRESH, fresh_from), (fresh_from, UNTIL_FRESH))
    return " OR ".join(f"since >= {begin} AND since < {end}" for begin, end in ends)


def is_of(ids: str) -> str:
    """Items about one of these objects or cases."""
    return f"({among_few('about_id', ids)} OR {among_few('case_id', ids)})"


# Each part has rows (debtor, resource, step, number, fresh, oldest). Of what is summed, the oldest item of an agency is
# a row by itself, without number.
EACH = f"SELECT debtor, resource, {STEP}, 1, CASE WHEN since >= {FRESH} THEN 1 ELSE 0 END, since FROM {WITH_STEP}"  # noqa: S608 - our own names
SUMS = """ UNION ALL SELECT debtor_id, resource, step, number, fresh, NULL FROM late_sum{where}
UNION ALL SELECT debtor_id, resource, step, {late_now} - {late_then}, {fresh_now} - {fresh_then}, NULL
FROM late_item WHERE NOT is_kept AND ({between}){and_}
UNION ALL SELECT debtor_id, resource, step, -({late_now}), -({fresh_now}), NULL
FROM late_item WHERE NOT is_kept AND {is_changed}{and_}
UNION ALL SELECT debtor_id, '', '', 0, 0, (SELECT since FROM late_item WHERE NOT is_kept AND NOT {is_changed}
AND late_item.debtor_id = one.debtor_id AND since < {NOW} ORDER BY since LIMIT 1)
FROM (SELECT DISTINCT debtor_id FROM late_sum{where}) AS one"""
COUNTING = """WITH {tables}, parts (debtor, resource, step, number, fresh, oldest) AS ({parts})
SELECT debtor, resource, step, SUM(number), SUM(fresh), MIN(oldest) FROM parts GROUP BY 1, 2, 3"""

Count = tuple[int, str, str, int, int, datetime | None]


def count_late(actor: Actor, agency: int | None, day: date) -> list[Count]:
    """(agency, kind, missing step, number, of these within a week, since when the oldest of the kind or of none).

    The step is kind, state and mark of the open item, or RULE and the rule of the duty, or "".
    """
    return _read(_late_of(actor, agency, day))


def count_among(actor: Actor, agency: int | None, day: date, ids: QuerySet[Any, Any]) -> list[Count]:
    """The same of these items only, without sums."""
    chosen, found = compiled_pairs(ids), _chosen_of(actor, agency, day)
    with_chosen = found.sql.replace("WITH ", f"WITH chosen (id) AS ({chosen.sql}), ", 1)
    return _read(Compiled(with_chosen, (*chosen.params, *found.params))) if chosen.sql and found.sql else []


def count_one_by_one(actor: Actor, agency: int | None) -> list[Count]:
    """The same as `count_late`, without sums."""
    return _read(_compiled(_lists(actor, agency)))


class IsChosen(Func):
    """The id is in the table `chosen`, which is read once for all lists."""

    template = "%(expressions)s IN (SELECT id FROM chosen)"
    output_field = BooleanField()


def _read(query: Compiled) -> list[Count]:
    rows = rows_of(query)
    return [(*row, int(number), int(fresh), SINCE(oldest)) for *row, number, fresh, oldest in rows]


@lru_cache(maxsize=256)
def _late_of(actor: Actor, agency: int | None, _day: date) -> Compiled:
    """Compiled once for each person and day; shares end with the day."""
    lists = _lists(actor, agency)
    if not actor.is_centre:
        return _compiled(lists)
    return _compiled([_one_by_one(rows, actor) for rows in lists], _sums(agency))


@lru_cache(maxsize=256)
def _chosen_of(actor: Actor, agency: int | None, _day: date) -> Compiled:
    """Compiled once for each person and day, as above."""
    return _compiled([rows.filter(IsChosen("pk")) for rows in _lists(actor, agency)])


def _lists(actor: Actor, agency: int | None) -> list[QuerySet[Any]]:
    now: Any = Moment()
    lists = late_to_count(actor, now)
    return lists if agency is None else [rows.filter(debtor_id=agency) for rows in lists]


def _one_by_one(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """What is in no sum, and what has changed since."""
    if rows.model not in (CLOCKS, TASKS):
        return rows
    # Of what is kept from the centre only its staff may see more than leads (`clocks_to_count`).
    more = "" if actor.is_staff else f" AND resource = '{LEAD}'"
    kept = f"SELECT thing_id FROM late_item WHERE is_kept{more}"  # noqa: S608 - our own names
    return rows.filter(IsAmongFew("pk", f"{ids_about(rows, CHANGED)} UNION ALL {kept}"))


def ids_about(rows: QuerySet[Any], ids: str) -> str:
    """The ids of the periods or tasks of `is_of`. As conditions PostgreSQL would intersect what they find with all that
    are running."""
    table = rows.model._meta.db_table
    return UNION.join(
        f"SELECT id FROM {table} WHERE {among_few(column, ids)}"  # noqa: S608 - our own names
        for column in (about_of(rows), "case_id")
    )


def _sums(agency: int | None) -> str:
    limit = "" if agency is None else f"debtor_id = {agency:d}"
    return SUMS.format(
        where=f" WHERE {limit}" if limit else "",
        and_=f" AND {limit}" if limit else "",
        late_now=is_late(NOW),
        late_then=is_late(UNTIL),
        fresh_now=is_fresh(NOW, FRESH),
        fresh_then=is_fresh(UNTIL, UNTIL_FRESH),
        between=between(NOW, FRESH),
        is_changed=is_of(CHANGED),
        NOW=NOW,
    )


def _compiled(lists: Iterable[QuerySet[Any]], sums: str = "") -> Compiled:
    late = tables("debtor, resource, since, about, otherwise", [_narrow(rows) for rows in lists])
    if not late.sql:
        return late
    sql = COUNTING.format(tables=f"{MOMENT}, {ONCE}, {late.sql}", parts=EACH + sums)
    return Compiled(sql, (Moment(), Moment(-WEEK), *late.params))


def tables(columns: str, lists: Iterable[QuerySet[Any, Any]]) -> Compiled:
    """The tables of WITH_STEP: the late items with these columns, and the open work items. Empty if no list has any."""
    late = [one for one in map(compiled_pairs, lists) if one.sql]
    if not late:
        return Compiled("", ())
    items = open_items().exclude(kind=CONFERENCE).values_list("object_id", "kind", "state", "returned", "free")
    joined = compiled_pairs(items)
    sql = TABLES.format(columns=columns, late=UNION.join(one.sql for one in late), items=joined.sql)
    return Compiled(sql, (*(value for one in late for value in one.params), *joined.params))


def open_items() -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(side=Side.DOES, first=True)


def _narrow(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.order_by().values_list("debtor_id", "resource", "late_since", F(about_of(rows)), otherwise_of(rows))


def about_of(rows: QuerySet[Any]) -> str:
    """The column with the object whose open item has the missing step."""
    return "subject_id" if rows.model is CLOCKS else "id"


def otherwise_of(rows: QuerySet[Any]) -> Any:
    """The step of an item without open work item.

    Such a period, as the handing over of goods after the filing, names the rule of its duty. A conference is the only
    object that waits for several agencies at once.
    """
    nothing = Value("", CharField())
    if rows.model is CLOCKS:
        return Concat(Value(f"{RULE} "), "rule__code", Value(" "))
    if rows.model is KINDS[CONFERENCE].model:
        waits = Exists(open_items().filter(object_id=OuterRef("pk")))
        return Which(When(waits, then=Concat(Value(f"{CONFERENCE} "), "state", Value(" "))), default=nothing)
    return nothing
