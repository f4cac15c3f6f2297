"""Sums of facts for many questions at once: one statement reads cells, another the ledger.

Cells hold the months of each label, and of some combinations; days at the edges of a period are added to its months or
taken from them, whichever are fewer. The ledger is read for all other combinations and for edges that have no cells:
under two labels only the rows of their matters.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from agencies.kernel import times
from agencies.kernel.bulk import given, given_as
from agencies.kernel.lookups import among_few
from agencies.kernel.measures import Label
from agencies.kernel.outages import longer

from .cells import DAY, DURATIONS, EVERY, MONTH, crossing, labels_in, place_of
from .models import Cell, Delta, Posting
from .registry import CROSSED, DAILY, POSTED, is_summed
from .restricting import Known

BEGINNING = date(1990, 1, 1)
DAY_LONG = timedelta(days=1)
LONGEST, ANY_AGENCY = 2**31 - 1, 2**62


@dataclass(frozen=True)
class Need:
    """Facts of some measures in a period of days.

    `by` is the label that divides them, `only` are labels that they must have. `times`: each month separately, and each
    day from `daily_from` on. `until`: a day and a millisecond in it, from which on facts do not count yet. `durations`:
    each duration separately; `lasted`: only those from so many days to so many (None: any more). `agencies`: each
    agency separately. `own`: an agency's own figures, else the centre's.
    """

    measures: tuple[str, ...]
    first: date
    last: date
    by: str
    only: tuple[tuple[str, str], ...]
    times: bool
    daily_from: date | None
    until: tuple[date, int] | None
    durations: bool
    lasted: tuple[int, int | None] | None
    agencies: bool
    agency_id: int | None
    own: bool

    @property
    def dimensions(self) -> set[str]:
        return {name for name, _value in self.only} | ({self.by} if self.by else set())

    @property
    def buckets(self) -> tuple[int, int]:
        """The shortest and the longest duration that counts."""
        shortest, longest = self.lasted or (-1, None)
        return shortest, LONGEST if longest is None else longest

    @property
    def posted(self) -> list[str]:
        """The labels by which its rows are found, the rarest first."""
        held = {name: value for name, value in self.only if not value.endswith(":")}
        return [f"{name}={held[name]}" for name in POSTED if name in held]

    @property
    def agency_ids(self) -> tuple[int, int]:
        return (1, ANY_AGENCY) if self.agency_id is None else (self.agency_id, self.agency_id)


class Part(NamedTuple):
    """A sum: of one value of the label, at one agency, from a day on, with a duration in days. 0 and "" where the need
    does not divide."""

    value: str
    agency_id: int
    at: date
    bucket: int
    n: int
    amount: int
    shared: int


class Span(NamedTuple):
    """Days or months that count (1) or do not (-1), for the day or month `at` (None: each for itself)."""

    grain: str
    first: date
    last: date
    sign: int
    at: date | None = None


def parts_of(needs: Sequence[Need], known: Known) -> list[list[Part]]:
    """The sums for each need; equal needs are summed up once."""
    different = list(dict.fromkeys(needs))
    sums = dict(zip(different, _sums_of(different, known), strict=True))
    return [sums[need] for need in needs]


def _sums_of(needs: Sequence[Need], known: Known) -> list[list[Part]]:
    found: list[list[Part]] = [[] for _need in needs]
    today, reads, rows = times.today(), defaultdict[Read, list[Use]](list), list[tuple[Any, ...]]()
    for index, need in enumerate(needs):
        plan = _plan(need, today)
        for read, span in plan.cells:
            reads[read].append(Use(index, span))
        rows += [(index, *row) for row in plan.ledger]
    for index, part in _from_cells(reads, needs):
        found[index].append(part)
    for index, text, *rest in _from_ledger(rows):
        need, (agency_id, at, *sums) = needs[index], rest
        found[index] += _divided(need, text, agency_id, _as_day(at) if at else need.first, *sums)
    for row in known.rows({measure for need in needs for measure in need.measures}):
        for index, need in enumerate(needs):
            if _counts(row, need):
                at, agency_id = row.day if need.times else need.first, row.agency_id if need.agencies else 0
                shared, bucket = -row.n if row.shared else 0, row.bucket if need.durations else -1
                found[index] += _divided(need, row.labels, agency_id, at, bucket, -row.n, -row.amount, shared)
    return found


# What has to be read for a need ---------------------------------------------------------------------------------------
class Read(NamedTuple):
    """Cells that needs have in common, apart from their days. `value` None: all, each separately if `by`."""

    place: int
    is_by_day: bool
    agency_ids: tuple[int, int]
    value: str | None
    buckets: tuple[int, int]
    by: bool
    agencies: bool
    own: bool


class Use(NamedTuple):
    need: int
    span: Span


@dataclass(frozen=True)
class _Plan:
    """Cells, and rows of the parameter of `_ledger`."""

    cells: list[tuple[Read, Span]] = field(default_factory=list)
    ledger: list[tuple[Any, ...]] = field(default_factory=list)


@lru_cache(maxsize=4096)
def _plan(need: Need, today: date) -> _Plan:
    """What a need reads: built once, because a page asks the same all day."""
    plan = _Plan()
    for measure in need.measures:
        held = _held(measure, need)
        if held is None:
            plan.ledger.append(_rows(measure, need, Span(DAY, need.first, need.last, 1)))
        else:
            for span in _spans(need, today):
                if span.grain == DAY and not held.has_days:
                    plan.ledger.append(_rows(measure, need, span))
                else:
                    plan.cells.append((_read(measure, need, held, span), span))
        if need.until is not None and need.first <= need.until[0] <= need.last:
            later = Span(DAY, need.until[0], need.until[0], -1)
            plan.ledger.append(_rows(measure, need, later, buckets=(need.until[1], LONGEST)))
    return plan


class _Held(NamedTuple):
    """Where cells hold what a need asks: their dimension and value, and whether they have days."""

    dimension: str
    value: str | None
    has_days: bool


def _held(measure: str, need: Need) -> _Held | None:
    names = need.dimensions
    is_central = need.agency_id is None and not need.agencies
    if not all(is_summed(measure, name) for name in names):
        return None
    if len(names) < 2:
        has_days = (is_central or not names or measure in DAILY) and not need.durations
        return _Held(next(iter(names), ""), next((value for _name, value in need.only), None), has_days)
    wanted = dict(need.only)
    for *limits, by in CROSSED.get(measure, ()):
        if {*limits, by} == names and need.by in ("", by) and not any(wanted[one].endswith(":") for one in limits):
            has_days = measure in DAILY and not need.durations
            return _Held(crossing([(one, wanted[one]) for one in limits], by), wanted.get(by), has_days)
    return None


def _read(measure: str, need: Need, held: _Held, span: Span) -> Read:
    is_part = held.value is not None and held.value.endswith(":")  # `destination:` is every destination
    grain = DURATIONS if need.durations else span.grain
    return Read(
        place_of(measure, held.dimension, grain),
        grain == DAY,
        need.agency_ids if need.own or need.agencies or need.agency_id is not None else (EVERY, EVERY),
        None if is_part else held.value,
        need.buckets,
        bool(need.by) or is_part,
        need.agencies,
        need.own,
    )


def _spans(need: Need, today: date) -> Iterator[Span]:
    """The months of a period, and the days by which they differ from it. Of days that are few or to come, the months
    hold hardly anything, so these are taken out of a month rather than the others put together."""
    at = None if need.times else need.first
    if need.daily_from is not None and need.daily_from <= need.last:
        daily = max(need.daily_from.replace(day=1), need.first)
        yield Span(DAY, daily, need.last, 1, at)
        if need.first < daily:
            yield from _of_months(need.first, daily - DAY_LONG, today, at=at, times=need.times)
    else:
        yield from _of_months(need.first, need.last, today, at=at, times=need.times)


def _of_months(first: date, last: date, today: date, *, at: date | None, times: bool) -> Iterator[Span]:
    begin, end = first.replace(day=1), last.replace(day=1)
    final = next_month(end) - DAY_LONG
    before, after = (first - begin).days, max((min(final, today) - last).days, 0)
    if begin == end and before + after > (last - first).days:
        yield Span(DAY, first, last, 1, at)
        return
    if before > (next_month(begin) - first).days:
        yield Span(DAY, first, next_month(begin) - DAY_LONG, 1, at)
        begin = next_month(begin)
    elif before:
        yield Span(DAY, begin, first - DAY_LONG, -1, begin if times else at)
    if after > last.day and begin < end:
        yield Span(DAY, end, last, 1, at)
        end = previous_month(end)
    elif last < final:
        yield Span(DAY, last + DAY_LONG, final, -1, end if times else at)
    yield Span(MONTH, begin, end, 1, at)


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def previous_month(day: date) -> date:
    return (day.replace(day=1) - DAY_LONG).replace(day=1)


def _rows(
    measure: str,
    need: Need,
    span: Span,
    *,
    buckets: tuple[int, int] | None = None,
) -> tuple[Any, ...]:
    """One row of the parameter of `_ledger`: by labels of matters, days, or days of an agency."""
    way = "agency" if need.agency_id is not None else "day"
    way, posted = (MATTER, (need.posted * 2)[:3]) if len(need.posted) > 1 else (way, [None] * 3)
    limits = [f"|{name}={value}" + ("" if value.endswith(":") else "|") for name, value in need.only]
    at = span.at if need.times else None
    return (
        *(way, measure, span.first.isoformat(), span.last.isoformat()),
        *(buckets or need.buckets),
        *need.agency_ids,
        *(limits + [None] * len(LIMITS))[: len(LIMITS)],
        span.sign,
        *(bool(need.by) or len(limits) > len(LIMITS), need.agencies, need.times, at.isoformat() if at else None),
        *(need.durations, need.own, *posted),
    )


# Reading --------------------------------------------------------------------------------------------------------------
_OF_CELLS = {
    **{"i": "int", "place": "bigint", "one": "text"},
    **{"agency_from": "bigint", "agency_to": "bigint", "first": "date", "last": "date", "sign": "int"},
    **{"shortest": "int", "longest": "int", "by_label": "boolean", "agencies": "boolean", "times": "boolean"},
    "own": "boolean",
}
LIMITS = ("limit_1", "limit_2", "limit_3")  # further ones are checked by `_divided`
MATTER, POSTED_BY = "matter", ("label_1", "label_2", "label_3")
_OF_LEDGER = {
    **{"i": "int", "way": "text", "measure": "text", "first": "date", "last": "date"},
    **{"shortest": "int", "longest": "int", "agency_from": "bigint", "agency_to": "bigint"},
    **dict.fromkeys(LIMITS, "text"),
    **{"sign": "int", "by_label": "boolean", "agencies": "boolean", "times": "boolean", "at": "date"},
    **{"durations": "boolean", "own": "boolean", **dict.fromkeys(POSTED_BY, "text")},
}


def _cells_by(condition: str) -> str:
    return f"""
SELECT q.i, CASE WHEN q.by_label THEN c.value ELSE '' END, CASE WHEN q.agencies THEN c.agency_id ELSE 0 END,
 CASE WHEN q.times THEN c.at END, c.bucket,
 CAST(SUM(q.sign * (CASE WHEN q.own THEN c.own_n ELSE c.n END)) AS bigint),
 CAST(SUM(q.sign * (CASE WHEN q.own THEN c.own_amount ELSE c.amount END)) AS bigint),
 CAST(SUM(CASE WHEN q.own THEN q.sign * c.shared_n ELSE 0 END) AS bigint)
FROM given q CROSS JOIN {Cell._meta.db_table} c
WHERE {condition} AND c.place = q.place
 AND c.agency_id BETWEEN q.agency_from AND q.agency_to AND c.at BETWEEN q.first AND q.last
 AND c.bucket BETWEEN q.shortest AND q.longest
GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608 - names of this module


def _ledger_by(way: str, condition: str) -> str:
    contains = "strpos" if connection.vendor == "postgresql" else "instr"
    limits = " ".join(f"AND (q.{one} IS NULL OR {contains}(d.labels, q.{one}) > 0)" for one in LIMITS)
    rows = _of_matters() if way == MATTER else f"given q CROSS JOIN {Delta._meta.db_table} d"
    return f"""
SELECT q.i, CASE WHEN q.by_label THEN d.labels ELSE '' END, CASE WHEN q.agencies THEN d.agency_id ELSE 0 END,
 CASE WHEN q.times THEN COALESCE(q.at, d.day) END, CASE WHEN q.durations THEN d.bucket ELSE -1 END,
 CAST(SUM(q.sign * d.n) AS bigint), CAST(SUM(q.sign * d.amount) AS bigint),
 CAST(SUM(CASE WHEN d.shared THEN q.sign * d.n ELSE 0 END) AS bigint)
FROM {rows}
WHERE d.measure = q.measure AND {condition}
 AND d.day BETWEEN q.first AND q.last
 AND d.bucket BETWEEN q.shortest AND q.longest AND (q.own OR NOT (d.shared OR d.restricted)) {limits}
GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608 - names of this module


def _matters() -> str:
    """A further table of the statement: the matters with two or three labels."""
    posting, names = Posting._meta.db_table, ", ".join(POSTED_BY)
    first, *others = POSTED_BY
    found = _each(posting, first, f"{first}.label = s.{first}")
    found += "".join(_each(posting, one, f"{one}.label = s.{one} AND {one}.matter = {first}.matter") for one in others)
    return f", matters AS MATERIALIZED (SELECT s.*, {first}.matter FROM (SELECT DISTINCT {names} FROM given) s {found})"  # noqa: S608 - names of this module


def _of_matters() -> str:
    """The rows that these matters have of all measures, each read once for all needs."""
    measures = among_few("d.measure", "SELECT DISTINCT measure FROM given")
    counted = "(NOT (d.shared OR d.restricted) OR EXISTS (SELECT 1 FROM given WHERE own))"
    rows = _each(Delta._meta.db_table, "d", f"d.matter = m.matter AND {measures} AND {counted}")
    fence = "OFFSET 0" if connection.vendor == "postgresql" else "LIMIT -1"
    same = " AND ".join(f"q.{one} = d.{one}" for one in POSTED_BY)
    return f"(SELECT m.*, d.* FROM matters m {rows} {fence}) d JOIN given q ON {same}"  # noqa: S608 - names of this module


def _each(table: str, alias: str, condition: str) -> str:
    """The rows of a table for each row before. The order is fixed, because databases cannot know how many matters have
    a label that is a parameter: SQLite keeps that of CROSS JOIN, and none looks into OFFSET or LIMIT."""
    if connection.vendor == "postgresql":
        return f" CROSS JOIN LATERAL (SELECT {alias}.* FROM {table} {alias} WHERE {condition} OFFSET 0) {alias}"  # noqa: S608 - names of this module
    return f" CROSS JOIN {table} {alias} ON {condition}"


def _from_cells(reads: dict[Read, list[Use]], needs: Sequence[Need]) -> Iterator[tuple[int, Part]]:
    listed, rows = list(reads.items()), list[tuple[Any, ...]]()
    by_day = [_is_by_day(uses, needs) for _read, uses in listed]
    for index, (read, uses) in enumerate(listed):
        spans = _joined(read, uses) if by_day[index] else [(span.first, span.last, span.sign) for _need, span in uses]
        rows += [_given(index, read, by_day[index], *span) for span in spans]
    if not rows:
        return
    union = "\nUNION ALL".join(_cells_by(one) for one in ("q.one IS NULL", "c.value = q.one"))
    for index, value, agency_id, at, bucket, n, amount, own in _fetched(f"{given(_OF_CELLS)}{union}", rows):
        day = _as_day(at) if at else None
        for number, span in listed[index][1] if day else listed[index][1][:1]:
            need, sign = needs[number], span.sign if day else 1
            if (n or amount) and (day is None or span.first <= day <= span.last) and _is_wanted(need, value):
                place = (value if need.by else "", agency_id, span.at or day or need.first, bucket)
                yield number, Part(*place, sign * n, sign * amount, sign * own)


def _is_wanted(need: Need, value: str) -> bool:
    if need.by:
        wanted = dict(need.only).get(need.by, "")
    else:
        wanted = next((one for _name, one in need.only if one.endswith(":")), "")
    return not wanted or not value or _fits(value, wanted)


def _is_by_day(uses: Sequence[Use], needs: Sequence[Need]) -> bool:
    """Whether cells are kept separate by day: for a need by time, or for several needs of the same cells."""
    return len({number for number, _span in uses}) > 1 or any(needs[number].times for number, _span in uses)


def _joined(read: Read, uses: Iterable[Use]) -> list[tuple[date, date, int]]:
    """The days or months of several needs, each once."""
    found: list[tuple[date, date, int]] = []
    apart = DAY_LONG if read.is_by_day else timedelta(days=31)
    for first, last in sorted({(span.first, span.last) for _need, span in uses}):
        if found and first <= found[-1][1] + apart:
            found[-1] = found[-1][0], max(found[-1][1], last), 1
        else:
            found.append((first, last, 1))
    return found


def _given(index: int, read: Read, by_day: bool, first: date, last: date, sign: int) -> tuple[Any, ...]:
    return (
        *(index, read.place, read.value),
        *(*read.agency_ids, first.isoformat(), last.isoformat(), sign, *read.buckets),
        *(read.by, read.agencies, by_day, read.own),
    )


def _from_ledger(rows: list[tuple[Any, ...]]) -> Iterator[Any]:
    """Two statements at most: what is planned depends on its text only, and most pages ask for no two labels."""
    ways = {"day": "true", "agency": "d.agency_id = q.agency_from"}
    if others := [row for row in rows if row[1] != MATTER]:
        union = "\nUNION ALL".join(_ledger_by(way, f"q.way = '{way}' AND {more}") for way, more in ways.items())
        yield from _fetched(f"{given(_OF_LEDGER)}{union}", others)
    if found := [row for row in rows if row[1] == MATTER]:
        by_matter = _ledger_by(MATTER, "d.agency_id BETWEEN q.agency_from AND q.agency_to")
        with longer(20):  # seconds: a third of all matters may have two labels
            yield from _fetched(f"{given(_OF_LEDGER)}{_matters()}{by_matter}", found)


def _fetched(statement: str, rows: Sequence[Sequence[Any]]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [given_as(rows)])
        yield from cursor.fetchall()


@lru_cache(maxsize=4096)
def _as_day(found: date | str) -> date:
    return found if isinstance(found, date) else date.fromisoformat(found)


def _lasting(need: Need) -> Q:
    if need.lasted is None:
        return Q()
    shortest, longest = need.lasted
    return Q(bucket__gte=shortest) & (Q() if longest is None else Q(bucket__lte=longest))


def ledger_rows(need: Need) -> QuerySet[Delta]:
    rows = Delta.objects.filter(measure__in=need.measures)
    for name, value in need.only:
        rows = rows.filter(labels__contains=f"|{name}={value}" + ("" if value.endswith(":") else "|"))
    for label in need.posted:
        rows = rows.filter(matter__in=Posting.objects.filter(label=label).values("matter"))
    if need.agency_id is not None:
        rows = rows.filter(agency_id=need.agency_id)
    if need.until is not None:
        rows = rows.exclude(day=need.until[0], bucket__gte=need.until[1])
    rows = rows.filter(_lasting(need))
    return rows if need.own else rows.filter(shared=False, restricted=False)


def _divided(
    need: Need, text: str, agency_id: int, at: date, bucket: int, n: int, amount: int, shared: int
) -> Iterator[Part]:
    """A row of the ledger has all its labels; it counts for each value of the one that divides."""
    labels, wanted = labels_in(text), dict(need.only).get(need.by, "")
    if text and not _has(labels, need.only):
        return
    values = [value for name, value in labels if name == need.by] if need.by else [""]
    for value in values:
        if not wanted or _fits(value, wanted):
            yield Part(value, agency_id, at, bucket, n, amount, shared)


def _counts(row: Delta, need: Need) -> bool:
    """Whether a row of the ledger is in the sums of a need: `ledger_rows` and its period for one row."""
    return (
        row.measure in need.measures
        and need.first <= row.day <= need.last
        and (need.until is None or row.day != need.until[0] or row.bucket < need.until[1])
        and (need.lasted is None or need.lasted[0] <= row.bucket <= (need.lasted[1] or row.bucket))
        and (need.own or not (row.shared or row.restricted))
        and need.agency_id in (None, row.agency_id)
        and _has(labels_in(row.labels), need.only)
    )


def _has(labels: Iterable[Label], only: Iterable[Label]) -> bool:
    return all(any(_fits(value, wanted) for name, value in labels if name == one) for one, wanted in only)


def _fits(value: str, wanted: str) -> bool:
    """`destination:` is every destination."""
    return value.startswith(wanted) if wanted.endswith(":") else value == wanted
