"""Sums of facts for many questions at once: one statement for all that differ by measures, periods and values only."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Literal, NamedTuple

from django.db.models import BigIntegerField, F, FilteredRelation, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, TruncMonth, TruncWeek

from .models import Fact, Label, Month
from .months import A_DAY, OF_PERSONS, Days, split
from .restricting import FigureReader

BEGINNING = date(1990, 1, 1)
NOTHING = Cast(Value(None), BigIntegerField())  # the sum of a period without days
STARTS: Mapping[str, Callable[[str], Any]] = {"day": F, "week": TruncWeek, "month": TruncMonth}


@dataclass(frozen=True)
class FactQuery:
    """Facts of some measures in a period of days.

    `by` is the label that divides them, `only` are labels that they must have. `times`: each day, week or month
    separately. `until`: a day and a millisecond in it, from which on facts do not count yet. `durations`: each duration
    separately; `lasted`: only those from so many days to so many (None: any more). `agencies`: each agency separately.
    `own`: an agency's own figures, else the centre's.
    """

    measures: tuple[str, ...]
    first: date
    last: date
    by: str
    only: tuple[tuple[str, str], ...]
    times: Literal["", "day", "week", "month"]
    until: tuple[date, int] | None
    durations: bool
    lasted: tuple[int, int | None] | None
    agencies: bool
    agency_id: int | None
    own: bool


class PartialSum(NamedTuple):
    """A sum: of one value of the label, at one agency, from a day on, with a duration in days. 0, "" and -1 where the
    need does not divide."""

    value: str
    agency_id: int
    at: date
    bucket: int
    n: int
    amount: int
    shared: int


def parts_of(needs: Sequence[FactQuery], reader: FigureReader) -> list[list[PartialSum]]:
    """The sums for each need."""
    alike = defaultdict[tuple[Any, ...], list[FactQuery]](list)
    for need in dict.fromkeys(needs):
        alike[_shared_by(need)].append(need)
    found = defaultdict[FactQuery, list[PartialSum]](list)
    for some in alike.values():
        for need, part in _sums_of(some, reader):
            found[need].append(part)
    return [found[need] for need in needs]


def _shared_by(need: FactQuery) -> tuple[Any, ...]:
    """What needs have in common that one statement sums up. They differ by measures, period, agency and the values of
    labels; levels, which have no beginning, are read apart from periods."""
    same = need.by, need.times, need.until, need.durations, need.lasted, need.agencies, need.own
    return *same, _fixed(need), _names(need), need.agency_id is None, need.first == BEGINNING


def _fixed(need: FactQuery) -> tuple[tuple[str, str], ...]:
    """A part of the route such as `destination:`, and the label that divides too, are conditions of their own."""
    return tuple(one for one in need.only if one[1].endswith(":") or one[0] == need.by)


def _names(need: FactQuery) -> tuple[str, ...]:
    """The labels that needs may limit to different values."""
    return tuple(name for name, value in need.only if (name, value) not in _fixed(need))


def _differing(needs: Sequence[FactQuery], reader: FigureReader) -> tuple[str, ...]:
    """The labels that these needs limit to different values, and the one of sums by month. What all needs have in
    common, such as the filters of a page, is a condition."""
    names = _names(needs[0])
    if _has_months(needs[0], reader):
        return names
    return tuple(name for name in names if len({dict(one.only)[name] for one in needs}) > 1)


def _common(need: FactQuery, names: Sequence[str]) -> list[tuple[str, str]]:
    """The labels that are a condition of all needs, which differ by `names`."""
    return [one for one in need.only if one[0] not in names or one in _fixed(need)]


def _values_of(need: FactQuery, names: Sequence[str]) -> tuple[str, ...]:
    only = dict(need.only)
    return tuple(only[name] for name in names)


def _sums_of(needs: Sequence[FactQuery], reader: FigureReader) -> Iterator[tuple[FactQuery, PartialSum]]:
    """The sums of each of these needs, which have in common what `_shared_by` returns."""
    like, names = needs[0], _differing(needs, reader)
    places = {period: place for place, period in enumerate(dict.fromkeys((one.first, one.last) for one in needs))}
    asked = defaultdict[tuple[Any, ...], list[tuple[FactQuery, int]]](list)
    for need in needs:
        for measure in need.measures:
            key = (measure, need.agency_id, *_values_of(need, names))
            asked[key].append((need, 3 * places[need.first, need.last]))
    limits = len(names)
    for measure, agency_id, *found in _summed(needs, names, places, reader):
        limited, (value, at, bucket), sums = found[:limits], found[limits : limits + 3], found[limits + 3 :]
        for need, place in asked[measure, like.agency_id and agency_id, *limited]:
            n, amount, shared = sums[place : place + 3]
            if n is not None:
                begins = at if like.times else need.first
                yield need, PartialSum(value, agency_id if like.agencies else 0, begins, bucket, n, amount, shared)


def _summed(
    needs: Sequence[FactQuery], names: Sequence[str], periods: Iterable[Days], reader: FigureReader
) -> Iterator[Any]:
    """Rows of measure, agency, limiting values, dividing value, time, duration; then three sums for each period."""
    like = needs[0]
    until = like.until[0] if like.until else None
    whole = [([days], list[Days]()) for days in periods]
    spans = [split(*days, until) for days in periods] if _has_months(like, reader) else whole
    days, months = {}, {}
    for period, (some, others) in zip(periods, spans, strict=True):
        days[period], months[period] = some, others
    asked: list[QuerySet[Any, Any]] = []
    if any(days.values()):
        facts = _limited(like, _common(like, names), reader)
        asked += _grouped(_labelled(needs, names, facts), "day", days, needs, names)
    if any(months.values()):
        dimension = like.by or "".join(names)
        of_label = Month.objects.filter(dimension=dimension)
        if names:
            of_label = of_label.filter(value__in={value for need in needs for _name, value in need.only})
        named = of_label.annotate(limited_0=F("value")) if names else of_label
        asked += _grouped(named, "month", months, needs, names)
    yield from asked[0].union(*asked[1:], all=True) if asked else ()


def _has_months(like: FactQuery, reader: FigureReader) -> bool:
    """Whether sums by month hold what is asked: of the centre, by one label at most."""
    is_simple = not (like.own or like.lasted) and len(like.only) + bool(like.by) < 2 and not _fixed(like)
    return is_simple and like.times in ("", "month") and like.by != OF_PERSONS and reader.hidden is None


def _labelled(needs: Sequence[FactQuery], names: Sequence[str], facts: QuerySet[Any]) -> QuerySet[Any]:
    """The facts with each of the limiting values (`limited_…`), once for each value that divides."""
    by = needs[0].by
    for place, name in enumerate(names):
        facts = _joined(facts, f"limit_{place}", name)
        facts = facts.filter(**{f"limit_{place}__value__in": {dict(one.only)[name] for one in needs}})
        facts = facts.annotate(**{f"limited_{place}": F(f"limit_{place}__value")})
    if not by:
        return facts
    facts = _joined(facts, "divided", by).filter(_fits("divided__", dict(needs[0].only).get(by)))
    return facts.annotate(value=F("divided__value"))


def _grouped(
    rows: QuerySet[Any],
    column: str,
    spans: Mapping[Days, Sequence[Days]],
    needs: Sequence[FactQuery],
    names: Sequence[str],
) -> Iterator[QuerySet[Any, Any]]:
    """For each stretch of days one query, which reads one range of an index."""
    like = needs[0]
    if like.agency_id:
        rows = rows.filter(agency_id__in={one.agency_id for one in needs})
    columns = {
        "at_agency": F("agency_id") if like.agencies or like.agency_id else Value(0),
        "begins": STARTS[like.times](column) if like.times else Value(BEGINNING),
        "lasting": F("bucket") if like.durations else Value(-1),
    }
    sums: dict[str, Any] = {}
    for place, some in enumerate(spans.values()):
        # The stretches hold the days of a single period and no others.
        of_period = _within(column, some) if some and len(spans) > 1 else Q()
        # The centre counts nothing twice.
        shared = Sum("n", filter=of_period & Q(shared=True), default=0) if like.own else Value(0)
        found = (Sum("n", filter=of_period), Sum("amount", filter=of_period), shared) if some else (NOTHING,) * 3
        sums |= zip((f"n_{place}", f"amount_{place}", f"shared_{place}"), found, strict=True)
    limited = [f"limited_{place}" for place in range(len(names))]
    read = ("measure", "at_agency", *limited, "value" if like.by else "no_value", "begins", "lasting")
    rows = rows.filter(measure__in={measure for need in needs for measure in need.measures})
    rows = rows.order_by().annotate(no_value=Value(""), **columns)
    for first, last in _stretches(days for some in spans.values() for days in some):
        stretch: QuerySet[Any, Any] = rows.filter(**{f"{column}__gte": first, f"{column}__lte": last})
        yield stretch.values_list(*read).annotate(**sums)


def _stretches(periods: Iterable[Days]) -> list[Days]:
    """Periods that overlap or follow one another, joined."""
    found: list[Days] = []
    for first, last in sorted(periods):
        if found and first <= found[-1][1] + A_DAY:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def _within(column: str, spans: Iterable[Days]) -> Q:
    return reduce(or_, (Q(**{f"{column}__gte": first, f"{column}__lte": last}) for first, last in spans))


def _joined(facts: QuerySet[Fact], alias: str, dimension: str) -> QuerySet[Fact]:
    """Each fact once for each of its labels of this dimension."""
    labels = FilteredRelation("label_set__labels", condition=Q(label_set__labels__dimension=dimension))
    return facts.annotate(**{alias: labels})


def facts_of(need: FactQuery, reader: FigureReader) -> QuerySet[Fact]:
    """The facts that a need sums up, of those that the reader may see."""
    facts = _limited(need, need.only, reader)
    facts = facts.filter(measure__in=need.measures, day__gte=need.first, day__lte=need.last)
    return facts if need.agency_id is None else facts.filter(agency_id=need.agency_id)


def _limited(need: FactQuery, only: Iterable[tuple[str, str]], reader: FigureReader) -> QuerySet[Fact]:
    """The facts with these labels that meet the conditions of a need other than measures, period and agency."""
    facts = Fact.objects.all()
    for name, value in only:
        having = Label.objects.filter(_fits("", value), dimension=name)
        facts = facts.filter(label_set__in=having.values("label_set"))
    if need.until is not None:
        day, millisecond = need.until
        facts = facts.exclude(day=day, bucket__gte=millisecond)
    if need.lasted is not None:
        shortest, longest = need.lasted
        facts = facts.filter(bucket__gte=shortest)
        facts = facts if longest is None else facts.filter(bucket__lte=longest)
    if not need.own:
        facts = facts.filter(shared=False, restricted=False)
    return facts if reader.hidden is None else facts.exclude(reader.hidden)


def _fits(prefix: str, value: str | None) -> Q:
    """The value of a label (None: any); `destination:` is every destination."""
    if value is None:
        return Q(**{f"{prefix}value__isnull": False})
    return Q(**{f"{prefix}value__startswith" if value.endswith(":") else f"{prefix}value": value})
