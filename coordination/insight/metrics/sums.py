"""Sums of facts for many questions at once, in a constant number of statements.

Questions about at most one label (mineral, rule, …) read cells; those that combine labels, and the incomplete months of
a past day's knowledge, read the ledger.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Case as Which
from django.db.models import DateField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast

from agencies.kernel.actor import Actor

from .cells import ALWAYS, DAY, KNOWN, MONTH, labels_in
from .models import Cell, Delta
from .restricting import hidden_from

TOGETHER = 200  # sums in one statement; SQLite takes up to 500
BEGINNING = date(1990, 1, 1)


@dataclass(frozen=True)
class Need:
    """Facts of some measures in a period of days, as known on a day (None: now).

    `by` is the label that divides them, `only` are labels that they must have. `times`: each month separately, and each
    day from `daily_from` on. `until`: a day and a millisecond in it, from which on facts do not count yet. `lasted`:
    only durations from so many days to so many (None: any more). `agencies`: each agency separately. `own`: an agency's
    own figures, else the centre's.
    """

    measures: tuple[str, ...]
    first: date
    last: date
    known_on: date | None
    by: str
    only: tuple[tuple[str, str], ...]
    times: bool
    daily_from: date | None
    until: tuple[date, int] | None
    lasted: tuple[int, int | None] | None
    agencies: bool
    agency_id: int | None
    own: bool

    @property
    def dimensions(self) -> set[str]:
        return {name for name, _value in self.only} | ({self.by} if self.by else set())


@dataclass(frozen=True)
class Part:
    """A sum: of one value of the label, at one agency, from a day on, with a duration in days. 0 and "" where the need
    does not divide."""

    value: str
    agency_id: int
    at: date
    bucket: int
    n: int
    amount: int
    shared: int


def parts_of(actor: Actor, needs: Sequence[Need], reached: datetime | None) -> list[list[Part]]:
    """The sums for each need; equal needs are summed up once. `reached` is the last event that the ledger knows of."""
    different = list(dict.fromkeys(needs))
    sums = dict(zip(different, _sums_of(actor, different, reached), strict=True))
    return [sums[need] for need in needs]


def _sums_of(actor: Actor, needs: Sequence[Need], reached: datetime | None) -> list[list[Part]]:
    found: list[list[Part]] = [[] for _need in needs]
    cells = [rows for index, need in enumerate(needs) for rows in _built(_cells, index, need)]
    for index, value, agency_id, at, bucket, n, amount, shared in _together(cells):
        if n or amount:
            found[index].append(Part(value, agency_id, at, bucket, n, amount, shared))
    ledger = [rows for index, need in enumerate(needs) for rows in _built(_deltas, index, need)]
    for index, text, *rest in _together(ledger):
        found[index] += _divided(needs[index], text, *rest)
    for row in hidden_from(actor, {measure for need in needs for measure in need.measures}, reached):
        for index, need in enumerate(needs):
            if _counts(row, need):
                at, agency_id = row.day if need.times else need.first, row.agency_id if need.agencies else 0
                shared = -row.n if row.shared else 0
                found[index] += _divided(need, row.labels, agency_id, at, row.bucket, -row.n, -row.amount, shared)
    return found


def _together(rows: list[QuerySet[Any, Any]]) -> Iterator[Any]:
    for start in range(0, len(rows), TOGETHER):
        first, *others = rows[start : start + TOGETHER]
        yield from first.union(*others, all=True) if others else first.all()


def months_in(first: date, last: date) -> tuple[date, date] | None:
    """The first days of the first and the last month that are whole in the period."""
    begin = first if first.day == 1 else next_month(first)
    end = (last + timedelta(days=1)).replace(day=1)
    return (begin, previous_month(end)) if begin < end else None


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def previous_month(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _edges(column: str, need: Need, whole: tuple[date, date] | None) -> Q:
    """The days of the period outside its whole months."""
    if whole is None:
        return Q(**{f"{column}__gte": need.first, f"{column}__lte": need.last})
    before = Q(**{f"{column}__gte": need.first, f"{column}__lt": whole[0]})
    return before | Q(**{f"{column}__gte": next_month(whole[1]), f"{column}__lte": need.last})


def _whole_months(need: Need) -> tuple[date, date] | None:
    """The months of the period that need no division by days."""
    last = need.last if need.daily_from is None else min(need.last, need.daily_from.replace(day=1) - timedelta(days=1))
    return months_in(need.first, last)


@lru_cache(maxsize=4096)
def _built(of: Callable[[int, Need], Iterable[Any]], index: int, need: Need) -> tuple[QuerySet[Any, Any], ...]:
    """The querysets of a need, which are built once and never evaluated themselves: a page asks the same all day."""
    return tuple(of(index, need))


def _cells(index: int, need: Need) -> Iterator[QuerySet[Any, Any]]:
    if len(need.dimensions) > 1:
        return
    whole = _whole_months(need)
    if need.known_on is None:
        when = Q(grain=DAY) & _edges("at", need, whole)
        if whole:
            when |= Q(grain=MONTH, at__gte=whole[0], at__lte=whole[1])
        when &= Q(known=ALWAYS)
    elif whole:
        when = Q(grain=KNOWN, at__gte=whole[0], at__lte=whole[1], known__lt=need.known_on.replace(day=1))
    else:
        return
    if need.until is not None:
        when &= ~Q(at=need.until[0], bucket__gte=need.until[1])
    when &= _lasting(need)
    dimension = next(iter(need.dimensions), "")
    rows = Cell.objects.filter(when, measure__in=need.measures, dimension=dimension)
    for _name, value in need.only:
        rows = rows.filter(value__startswith=value) if value.endswith(":") else rows.filter(value=value)
    if need.agency_id is not None:
        rows = rows.filter(agency_id=need.agency_id)
    n, amount = ("own_n", "own_amount") if need.own else ("n", "amount")
    yield _summed(rows, index, need, value="value", at="at", n=n, amount=amount, shared="shared_n")


def _deltas(index: int, need: Need) -> Iterator[QuerySet[Any, Any]]:
    """What no cell holds."""
    when = Q(day__gte=need.first, day__lte=need.last)
    if len(need.dimensions) > 1:
        if need.known_on is not None:
            when &= Q(recorded_on__lte=need.known_on)
    elif need.known_on is None:
        return
    else:
        whole, month = _whole_months(need), need.known_on.replace(day=1)
        lately = when & Q(recorded_on__gte=month, recorded_on__lte=need.known_on)
        when = lately | _edges("day", need, whole) & Q(recorded_on__lt=month)
    rows = ledger_rows(need).filter(when)
    marked = Which(When(shared=True, then=F("n")), default=0)
    yield _summed(rows, index, need, value="labels", at="day", n="n", amount="amount", shared=marked)


def _lasting(need: Need) -> Q:
    if need.lasted is None:
        return Q()
    shortest, longest = need.lasted
    return Q(bucket__gte=shortest) & (Q() if longest is None else Q(bucket__lte=longest))


def ledger_rows(need: Need) -> QuerySet[Delta]:
    rows = Delta.objects.filter(measure__in=need.measures)
    for name, value in need.only:
        rows = rows.filter(labels__contains=f"|{name}={value}" + ("" if value.endswith(":") else "|"))
    if need.agency_id is not None:
        rows = rows.filter(agency_id=need.agency_id)
    if need.until is not None:
        rows = rows.exclude(day=need.until[0], bucket__gte=need.until[1])
    rows = rows.filter(_lasting(need))
    return rows if need.own else rows.filter(shared=False, restricted=False)


def _summed(rows: Any, index: int, need: Need, *, value: str, at: str, n: str, amount: str, shared: Any) -> Any:
    """(index, value, agency, day, bucket, n, amount, shared) with only what the need divides by."""
    groups = ["index", *(["in_value"] if need.by else [])]
    groups += [*(["in_agency"] if need.agencies else []), *(["in_at"] if need.times else []), "bucket"]
    taken = {
        "index": Value(index),
        "in_value": F(value) if need.by else Value(""),
        "in_agency": F("agency_id") if need.agencies else Value(0),
        "in_at": F(at) if need.times else Cast(Value(need.first.isoformat()), DateField()),
    }
    rows = rows.order_by().annotate(**taken).values("index", "in_value", "in_agency", "in_at", "bucket")
    sums = {"sum_n": Sum(n), "sum_amount": Sum(amount), "sum_shared": Sum(shared)}
    return rows.annotate(**sums).values_list("index", "in_value", "in_agency", "in_at", "bucket", *sums)


def _divided(
    need: Need, text: str, agency_id: int, at: date, bucket: int, n: int, amount: int, shared: int
) -> Iterator[Part]:
    """A row of the ledger has all its labels; it counts for each value of the one that divides."""
    values = [value for name, value in labels_in(text) if name == need.by] if need.by else [""]
    wanted = dict(need.only).get(need.by, "")
    for value in values:
        if not wanted or _fits(value, wanted):
            yield Part(value, agency_id, at, bucket, n, amount, shared)


def _counts(row: Delta, need: Need) -> bool:
    """Whether a row of the ledger is in the sums of a need: `ledger_rows` and its period for one row."""
    labels = labels_in(row.labels)
    return (
        row.measure in need.measures
        and need.first <= row.day <= need.last
        and (need.known_on is None or row.recorded_on <= need.known_on)
        and (need.until is None or row.day != need.until[0] or row.bucket < need.until[1])
        and (need.lasted is None or need.lasted[0] <= row.bucket <= (need.lasted[1] or row.bucket))
        and (need.own or not (row.shared or row.restricted))
        and need.agency_id in (None, row.agency_id)
        and all(any(_fits(value, wanted) for name, value in labels if name == one) for one, wanted in need.only)
    )


def _fits(value: str, wanted: str) -> bool:
    """`destination:` is every destination."""
    return value.startswith(wanted) if wanted.endswith(":") else value == wanted
