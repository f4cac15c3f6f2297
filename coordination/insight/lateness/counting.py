"""How many items are late, by agency and missing step, as of this moment.

A page counts the sums, moved from their position to now, less what has changed since, and then one by one: what has
changed, what not all readers of the centre or of the agency see, and requests other than tasks, which are few. All is
one statement, so that it sees one state. For a person with a wall, the cases behind it have changed.

Under filters an item counts if its matter has all these labels, as the ledger of the figures knows it. Each label has
sums; the items with several labels are added up. As in the figures, nothing counts that is kept from the centre, and
for an agency what it owes.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Case as Which
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat

from agencies.kernel.actor import Actor
from agencies.kernel.by_key import Place, prepared
from agencies.kernel.counting import UNION, Compiled, Moment, compiled, compiled_pairs, reading
from agencies.kernel.lookups import IsAmongFew, among_few
from agencies.kernel.work import Side
from agencies.work.models import WorkItem
from coordination.exchange.reminders.late import (
    BY_MODEL,
    CLOCK,
    CONFERENCE,
    KINDS,
    LEAD,
    TASK,
    behind_a_wall,
    late_for_centre,
    late_to_count,
)
from coordination.insight.metrics.models import Labelled
from coordination.workspace.lateness import FREE, RETURNED

from .models import Item

CLOCKS, TASKS = KINDS[CLOCK].model, KINDS[TASK].model
WEEK = timedelta(days=7)
RULE = "rule"
LABELLED = Labelled._meta.db_table
NOW_OF_PAGE: Any = Moment()
NOTHING = Compiled("", ())
SINCE = reading(Item._meta.get_field("since"))
CHANGES = "SELECT key FROM late_change"
CHANGED = "SELECT key FROM changed"  # the same, read once for a statement with ONCE
ONCE = "changed (key) AS (SELECT DISTINCT key FROM late_change{more})"
FOR = "for="  # label of the items that concern an agency

# The missing step of an item is that of the open work item of its debtor. The ORM cannot join them.
TABLES = "late ({columns}) AS ({late}), item (object_id, agency_id, kind, state, returned, free) AS ({items})"
WITH_STEP = "late LEFT JOIN item ON item.object_id = about AND item.agency_id = debtor"
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
SUMS = """ UNION ALL SELECT debtor_id, resource, step, number, fresh, NULL FROM late_sum WHERE {where}
UNION ALL SELECT debtor_id, resource, step, {late_now} - {late_then}, {fresh_now} - {fresh_then}, NULL
FROM late_item WHERE NOT is_kept AND ({between}) AND {where}
UNION ALL SELECT debtor_id, resource, step, -({late_now}), -({fresh_now}), NULL
FROM late_item WHERE NOT is_kept AND {is_changed} AND {where}
UNION ALL SELECT debtor_id, '', '', 0, 0, (SELECT since FROM late_item WHERE NOT is_kept AND NOT {is_changed}
AND label = %s AND late_item.debtor_id = one.debtor_id AND since < {NOW} ORDER BY since LIMIT 1)
FROM (SELECT DISTINCT debtor_id FROM late_sum WHERE {where}) AS one"""
# Items with several labels are in no sum, nor what one agency owes with a label.
JOINED = """ UNION ALL SELECT debtor_id, resource, step, 1, {fresh_now}, since FROM late_item
WHERE {seen} AND since < {NOW} AND NOT {is_changed} AND {where}{more}"""
ALSO = " AND thing_id IN (SELECT thing_id FROM late_item WHERE label = %s)"
COUNTING = """WITH {tables}, parts (debtor, resource, step, number, fresh, oldest) AS ({parts})
SELECT debtor, resource, step, SUM(number), SUM(fresh), MIN(oldest) FROM parts GROUP BY 1, 2, 3"""

Count = tuple[int, str, str, int, int, datetime | None]


def count_late(actor: Actor, agency: int | None, day: date, labels: Sequence[str] = ()) -> list[Count]:
    """(agency, kind, missing step, number, of these within a week, since when the oldest of the kind or of none).

    The step is kind, state and mark of the open item, or RULE and the rule of the duty, or "". `labels` are filters
    (`dimension=value`).
    """
    return _read(_late_of(actor, agency, day, len(labels)), *labels)


def count_one_by_one(actor: Actor, agency: int | None) -> list[Count]:
    """The same as `count_late`, without sums."""
    return _read(_compiled(_lists(actor, agency)))


def _read(query: Compiled, *labels: str) -> list[Count]:
    rows = prepared(query, *labels)
    return [(*row, int(number), int(fresh), SINCE(oldest)) for *row, number, fresh, oldest in rows]


def became_late(actor: Actor, start: datetime) -> list[Compiled]:
    """What became late since then, in lists without a row in common, for `count_each`. To be kept for a day at most."""
    lists = [rows.filter(late_since__gte=start) for rows in _lists(actor, None)]
    label = _label_of(actor)
    if label is None or behind_a_wall(actor) is not None:
        return [compiled(rows) for rows in lists]
    summed = Item.objects.filter(label=label, is_kept=False, since__gte=start, since__lt=NOW_OF_PAGE)
    for column in ("about_id", "case_id"):
        summed = summed.exclude(IsAmongFew(column, CHANGES))
    one_by_one = [compiled(_one_by_one(rows, _kept(actor, label), CHANGES)) for rows in lists]
    return [*one_by_one, compiled_pairs(summed.values_list("thing_id"))]


def _label_of(actor: Actor) -> str | None:
    """The label of the sums that the reader counts; None for those who see a part of them, or nothing."""
    if actor.is_centre:
        return ""
    return f"{FOR}{actor.agency_id}" if actor.kind == "user" and actor.is_staff else None


def _kept(actor: Actor, label: str) -> str:
    """The condition of what is in no sum although the reader may see it."""
    # Of what is kept from the centre only its staff may see more than leads (`clocks_to_count`).
    more = f" AND resource = '{LEAD}'" if actor.is_centre and not actor.is_staff else ""
    return f" AND label = '{label}'{more}"


@lru_cache(maxsize=512)
def _late_of(actor: Actor, agency: int | None, _day: date, labels: int) -> Compiled:
    """Compiled once for each person, day and number of labels; shares end with the day."""
    places, label = [_place(number) for number in range(labels)], _label_of(actor)
    if labels and not actor.is_centre:
        agency = agency or actor.own_agency
    lists = _lists(actor, agency)
    if label is None:
        return _compiled([_with_labels(rows, places) for rows in lists])
    kept, walled = _kept(actor, label), behind_a_wall(actor)
    if not labels:
        sums = _sums([label], agency)
    elif actor.is_centre:
        lists, kept, sums = _owed_by(agency, late_for_centre(actor, NOW_OF_PAGE)), "", _sums(places, agency)
    else:
        sums = _joined(places, agency, "is_own")
    one_by_one = [_with_labels(_one_by_one(rows, kept, CHANGED), places) for rows in lists]
    return _compiled(one_by_one, sums, NOTHING if walled is None else compiled_pairs(walled.order_by()))


def _lists(actor: Actor, agency: int | None) -> list[QuerySet[Any]]:
    return _owed_by(agency, late_to_count(actor, NOW_OF_PAGE))


def _owed_by(agency: int | None, lists: Iterable[QuerySet[Any]]) -> list[QuerySet[Any]]:
    return [rows if agency is None else rows.filter(debtor_id=agency) for rows in lists]


def _one_by_one(rows: QuerySet[Any], kept: str, changed: str) -> QuerySet[Any]:
    """What has changed since, and what is in no sum: of what is kept from some, that with this condition."""
    if rows.model not in (CLOCKS, TASKS):
        return rows
    more = f" UNION ALL SELECT thing_id FROM late_item WHERE is_kept{kept}" if kept else ""  # noqa: S608 - our own names
    return rows.filter(IsAmongFew("pk", f"{ids_about(rows, changed)}{more}"))


def _with_labels(rows: QuerySet[Any], labels: Iterable[Any]) -> QuerySet[Any]:
    for label in labels:
        having = Labelled.objects.annotate(of=matter_of(rows, OuterRef)).filter(matter=F("of"), label=label)
        rows = rows.filter(Exists(having))
    return rows


def _place(number: int) -> Any:
    """The place of a label in a compiled statement."""
    return Place(number, CharField())


def ids_about(rows: QuerySet[Any], ids: str) -> str:
    """The ids of the periods or tasks of `is_of`. As conditions PostgreSQL would intersect what they find with all that
    are running."""
    table = rows.model._meta.db_table
    return UNION.join(
        f"SELECT id FROM {table} WHERE {among_few(column, ids)}"  # noqa: S608 - our own names
        for column in (about_of(rows), "case_id")
    )


def _sums(labels: Sequence[Any], agency: int | None) -> Compiled:
    """The part of the statement that reads the sums of a label, or the items with several."""
    if len(labels) > 1:
        return _joined(labels, agency, "NOT is_kept")
    sums = SUMS.format(
        where=_where(agency),
        late_now=is_late(NOW),
        late_then=is_late(UNTIL),
        fresh_now=is_fresh(NOW, FRESH),
        fresh_then=is_fresh(UNTIL, UNTIL_FRESH),
        between=between(NOW, FRESH),
        is_changed=is_of(CHANGED),
        NOW=NOW,
    )
    return Compiled(sums, (*labels,) * sums.count("%s"))


def _joined(labels: Sequence[Any], agency: int | None, seen: str) -> Compiled:
    more, fresh = ALSO * (len(labels) - 1), is_fresh(NOW, FRESH)
    items = JOINED.format(
        where=_where(agency), seen=seen, more=more, fresh_now=fresh, is_changed=is_of(CHANGED), NOW=NOW
    )
    return Compiled(items, (*labels,))


def _where(agency: int | None) -> str:
    return "label = %s" + ("" if agency is None else f" AND debtor_id = {agency:d}")


def _compiled(lists: Iterable[QuerySet[Any]], sums: Compiled = NOTHING, changed: Compiled = NOTHING) -> Compiled:
    """`changed` are further cases of which nothing is summed."""
    late = tables("debtor, resource, since, about, otherwise", [_narrow(rows) for rows in lists])
    if not late.sql:
        return late
    once = ONCE.format(more=f" UNION {changed.sql}" if changed.sql else "")
    sql = COUNTING.format(tables=f"{MOMENT}, {once}, {late.sql}", parts=EACH + sums.sql)
    return Compiled(sql, (Moment(), Moment(-WEEK), *changed.params, *late.params, *sums.params))


def tables(columns: str, lists: Iterable[QuerySet[Any, Any]]) -> Compiled:
    """The tables of WITH_STEP: the late items with these columns, and the open work items. Empty if no list has any."""
    late = [one for one in map(compiled_pairs, lists) if one.sql]
    if not late:
        return NOTHING
    columns_of_item = ("object_id", "agency_id", "kind", "state", "returned", "free")
    items = open_items().exclude(kind=CONFERENCE).values_list(*columns_of_item)
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


def matter_of(rows: QuerySet[Any], column: Callable[[str], Any] = F) -> Any:
    """The case of an item, or the object where there is none."""
    if rows.model in (CLOCKS, TASKS):
        return Coalesce(column("case_id"), column(about_of(rows)))
    return column(f"{_case_of(rows)}_id")


def _case_of(rows: QuerySet[Any]) -> str:
    return BY_MODEL[rows.model].case


def otherwise_of(rows: QuerySet[Any]) -> Any:
    """The step of an item without open work item of its debtor.

    Such a period names the rule of its duty: the handing over of goods after the filing, or the receipt of a notice
    that its issuer has to record. A conference is the only object that waits for several agencies at once.
    """
    nothing = Value("", CharField())
    if rows.model is CLOCKS:
        return Concat(Value(f"{RULE} "), "rule__code", Value(" "))
    if rows.model is KINDS[CONFERENCE].model:
        waits = Exists(open_items().filter(object_id=OuterRef("pk")))
        return Which(When(waits, then=Concat(Value(f"{CONFERENCE} "), "state", Value(" "))), default=nothing)
    return nothing
